package media

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

const plainText = "text/plain"

// extensions are the types that are taken, each with the endings a name may have;
// the first is given where there is none of them. Nothing in here is run by a
// browser or a system: HTML, SVG, scripts and programs are not in the list.
var extensions = map[string][]string{
	"image/jpeg": {".jpg", ".jpeg"},
	"image/png":  {".png"},
	"image/gif":  {".gif"},
	"image/webp": {".webp"},
	"image/heic": {".heic", ".heif"},

	"audio/mpeg":  {".mp3"},
	"audio/ogg":   {".ogg", ".oga", ".opus"},
	"audio/wav":   {".wav"},
	"audio/amr":   {".amr"},
	"audio/aac":   {".aac"},
	"audio/mp4":   {".m4a", ".mp4"},
	"audio/flac":  {".flac"},
	"audio/aiff":  {".aiff", ".aif"},
	"audio/qcelp": {".qcp"},

	"video/mp4":       {".mp4", ".m4v"},
	"video/3gpp":      {".3gp", ".3gpp"},
	"video/3gpp2":     {".3g2"},
	"video/quicktime": {".mov"},

	"application/pdf": {".pdf"},
	"text/vcard":      {".vcf"},
	plainText:         {".txt"},

	"application/msword":            {".doc"},
	"application/vnd.ms-excel":      {".xls"},
	"application/vnd.ms-powerpoint": {".ppt"},

	openXML + "wordprocessingml.document":   {".docx"},
	openXML + "spreadsheetml.sheet":         {".xlsx"},
	openXML + "presentationml.presentation": {".pptx"},
	openDocument + "text":                   {".odt"},
	openDocument + "spreadsheet":            {".ods"},
	openDocument + "presentation":           {".odp"},
}

const (
	openXML      = "application/vnd.openxmlformats-officedocument."
	openDocument = "application/vnd.oasis.opendocument."
)

// sameAs are other names of types that are taken, and kinds of text that are as
// harmless: a message with commas in it looks like CSV.
var sameAs = map[string]string{
	"image/apng":          "image/png",
	"image/heif":          "image/heic",
	"image/heic-sequence": "image/heic",
	"image/heif-sequence": "image/heic",
	"audio/x-m4a":         "audio/mp4",
	"video/x-m4v":         "video/mp4",

	"text/csv":                  plainText,
	"text/tab-separated-values": plainText,
	"text/calendar":             plainText,
	"text/vtt":                  plainText,
	"application/x-subrip":      plainText,
	"application/json":          plainText,
	"application/geo+json":      plainText,
	"application/x-ndjson":      plainText,
}

// sniff finds out what the content is. It never believes a name or a header.
func sniff(data []byte) string {
	kind, _, _ := strings.Cut(mimetype.Detect(data).String(), ";")
	if same, ok := sameAs[kind]; ok {
		kind = same
	}
	switch {
	case bytes.HasPrefix(data, []byte("PK")):
		return archive(data)
	case strings.HasPrefix(kind, "text/") && active(data):
		return "text/html"
	}
	return kind
}

// activeParts are what a program that guesses could take a text to be run for.
var activeParts = [][]byte{
	[]byte("<!doctype"), []byte("<html"), []byte("<script"), []byte("<svg"), []byte("<iframe"), []byte("<object"),
	[]byte("<embed"), []byte("<body"), []byte("<img"), []byte("<?php"), []byte("<?xml"), []byte("javascript:"),
}

// active is strict with markup anywhere in a text: a text message's file is hardly
// ever about HTML, and text before a tag does not keep it from being run.
func active(data []byte) bool {
	// Without the zeros UTF-16 and UTF-32 read like ASCII.
	lower := bytes.ToLower(bytes.ReplaceAll(data, []byte{0}, nil))
	if bytes.HasPrefix(lower, []byte("#!")) {
		return true
	}
	for _, part := range activeParts {
		if bytes.Contains(lower, part) {
			return true
		}
	}
	return false
}

// parts are the files by which the formats of Office are known.
var parts = map[string]string{
	"word/document.xml":    openXML + "wordprocessingml.document",
	"xl/workbook.xml":      openXML + "spreadsheetml.sheet",
	"ppt/presentation.xml": openXML + "presentationml.presentation",
}

// archive tells documents, which are zip files, from all other zip files: by what
// is inside, since the first bytes are the same for programs.
func archive(data []byte) string {
	const other, mostFiles = "application/zip", 10_000
	files, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil || len(files.File) == 0 || len(files.File) > mostFiles {
		return other
	}
	kind, types := other, false
	for at, file := range files.File {
		switch {
		case file.Name == "[Content_Types].xml":
			types = true
		case strings.EqualFold(file.Name, "META-INF/MANIFEST.MF") || strings.HasSuffix(strings.ToLower(file.Name), "vbaproject.bin"):
			return other // a program, or a document with one in it
		case at == 0 && file.Name == "mimetype":
			return openDocumentKind(file, other)
		case parts[file.Name] != "":
			kind = parts[file.Name]
		}
	}
	if !types {
		return other
	}
	return kind
}

// openDocumentKind reads the entry in which an OpenDocument file says what it is;
// by its standard it is the first and not compressed.
func openDocumentKind(file *zip.File, other string) string {
	const longest = 100
	if file.Method != zip.Store || file.UncompressedSize64 > longest {
		return other
	}
	content, err := file.Open()
	if err != nil {
		return other
	}
	defer content.Close() //nolint:errcheck // it is read from memory
	said := make([]byte, file.UncompressedSize64)
	if _, err := io.ReadFull(content, said); err != nil {
		return other
	}
	if _, taken := extensions[string(said)]; taken && strings.HasPrefix(string(said), openDocument) {
		return string(said)
	}
	return other
}
