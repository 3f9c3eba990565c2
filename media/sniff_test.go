package media_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/media"
)

// offered serves content under a harmless name and type.
func offered(t *testing.T, content []byte) (media.File, error) {
	t.Helper()
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/jpeg")
		w.Header().Set("Content-Disposition", `inline; filename="photo.jpg"`)
		_, _ = w.Write(content)
	})
	return downloader([]*httptest.Server{server}).Fetch(t.Context(), server.URL+"/photo.jpg")
}

func TestTheContentDecidesWhatAFileIs(t *testing.T) {
	t.Parallel()
	const office = "application/vnd.openxmlformats-officedocument."
	for name, test := range map[string]struct {
		content    []byte
		kind, file string
	}{
		"jpeg":      {aJPEG(t), "image/jpeg", "photo.jpg"},
		"png":       {aPNG(t), "image/png", "photo.png"},
		"gif":       {aGIF(t), "image/gif", "photo.gif"},
		"webp":      {[]byte("RIFF\x24\x00\x00\x00WEBPVP8 \x18\x00\x00\x00"), "image/webp", "photo.webp"},
		"heic":      {boxes("heic"), "image/heic", "photo.heic"},
		"mp4":       {boxes("isom"), "video/mp4", "photo.mp4"},
		"3gpp":      {boxes("3gp5"), "video/3gpp", "photo.3gp"},
		"quicktime": {boxes("qt  "), "video/quicktime", "photo.mov"},
		"m4a":       {boxes("M4A "), "audio/mp4", "photo.m4a"},
		"mp3":       {[]byte("ID3\x04\x00\x00\x00\x00\x00\x0a\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xfb\x90\x44\x00"), "audio/mpeg", "photo.mp3"},
		"amr":       {[]byte("#!AMR\n\x3c\x00"), "audio/amr", "photo.amr"},
		"opus": {
			[]byte("OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x01\x02\x03\x04\x00\x00\x00\x00\x01\x02\x03\x04\x01\x13OpusHead\x01\x02"),
			"audio/ogg", "photo.ogg",
		},
		"wav":   {[]byte("RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00"), "audio/wav", "photo.wav"},
		"pdf":   {[]byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), "application/pdf", "photo.pdf"},
		"vcard": {[]byte("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Grace\r\nEND:VCARD\r\n"), "text/vcard", "photo.vcf"},
		"text":  {[]byte("Hello,\nhow are you?\n"), "text/plain", "photo.txt"},
		"rows":  {[]byte("a,b,c\n1,2,3\n4,5,6\n"), "text/plain", "photo.txt"},
		"word": {
			zipped(t, "[Content_Types].xml=<Types/>", "_rels/.rels="+strings.Repeat("x", 9000), "docProps/app.xml", "word/document.xml=<w/>"),
			office + "wordprocessingml.document", "photo.docx",
		},
		"excel":  {zipped(t, "xl/workbook.xml=<w/>", "[Content_Types].xml=<Types/>"), office + "spreadsheetml.sheet", "photo.xlsx"},
		"slides": {zipped(t, "[Content_Types].xml=<Types/>", "ppt/presentation.xml=<p/>"), office + "presentationml.presentation", "photo.pptx"},
		"open document": {
			zipped(t, "mimetype=application/vnd.oasis.opendocument.text", "content.xml=<x/>", "META-INF/manifest.xml=<m/>"),
			"application/vnd.oasis.opendocument.text", "photo.odt",
		},
	} {
		file, err := offered(t, test.content)
		require.NoError(t, err, name)
		require.Equal(t, test.kind, file.Type, name)
		require.Equal(t, test.file, file.Name, name)
		require.Equal(t, test.content, file.Data, name)
	}
}

func TestWhatIsRunSomewhereIsRefusedWhateverItIsCalled(t *testing.T) {
	t.Parallel()
	for name, content := range map[string][]byte{
		"HTML":                    []byte("<!DOCTYPE html><html><script>alert(1)</script></html>"),
		"HTML after a mark":       []byte("\xef\xbb\xbf  \n<html>"),
		"HTML after words":        []byte("Dear customer,\nplease see <ScRiPt src=//evil.example></script>"),
		"HTML far down":           []byte(strings.Repeat("All is well. ", 10_000) + "<iframe src=//evil.example>"),
		"HTML in UTF-16":          []byte("\xff\xfe<\x00s\x00c\x00r\x00i\x00p\x00t\x00>\x00"),
		"SVG":                     []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`),
		"SVG as XML":              []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`),
		"XML":                     []byte(`<?xml version="1.0"?><a/>`),
		"PHP":                     []byte("<?php system('id');"),
		"a shell script":          []byte("#!/bin/sh\nrm -rf /\n"),
		"JavaScript":              []byte("#!/usr/bin/env node\nconsole.log(1)\n"),
		"a Windows program":       append([]byte("MZ\x90\x00\x03\x00\x00\x00"), make([]byte, 300)...),
		"a Linux program":         append([]byte("\x7fELF\x02\x01\x01"), make([]byte, 300)...),
		"a Java program":          zipped(t, "META-INF/MANIFEST.MF=x", "a.class=x"),
		"a document with macros":  zipped(t, "[Content_Types].xml=<Types/>", "word/document.xml=<w/>", "word/vbaProject.bin=x"),
		"a program as a document": zipped(t, "META-INF/MANIFEST.MF=x", "[Content_Types].xml=<Types/>", "word/document.xml=<w/>"),
		"an Android program":      zipped(t, "AndroidManifest.xml=x", "classes.dex=x"),
		"a zip file":              zipped(t, "a.txt=x"),
		"half a zip file":         zipped(t, "[Content_Types].xml=<Types/>", "word/document.xml=<w/>")[:60],
		"an open program":         zipped(t, "mimetype=application/x-msdownload"),
		"a shortcut":              []byte("L\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00F"),
		"WebAssembly":             []byte("\x00asm\x01\x00\x00\x00"),
		"anything":                []byte("\x01\x02\x03\x04\x05\x06\x07\x08\x00\x00"),
		"an installer":            append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 600)...),
	} {
		_, err := offered(t, content)
		require.Equal(t, media.WrongType, refused(t, err), name)
	}
}
