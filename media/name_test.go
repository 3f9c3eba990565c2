package media_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callscout/media"
)

func TestNamesAreMadeSafe(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"photo.jpg":              "photo.jpg",
		"PHOTO.JPEG":             "PHOTO.jpeg",
		"photo":                  "photo.jpg",
		"photo.png":              "photo.jpg",
		"photo.html":             "photo.jpg",
		"photo.jpg.exe":          "photo.jpg.jpg",
		"photo\u202egpj.exe":     "photogpj.jpg",
		"../../etc/passwd":       "passwd.jpg",
		`C:\Users\x\photo.jpg`:   "photo.jpg",
		"a\x00b\nc\t d.jpg":      "a\u0062 c d.jpg",
		"<b>\"x\"|*?.jpg":        "bx.jpg",
		"":                       "file.jpg",
		".":                      "file.jpg",
		"..":                     "file.jpg",
		"/":                      "file.jpg",
		".htaccess":              "htaccess.jpg",
		" . photo . .jpg":        "photo.jpg",
		"Mr. Smith":              "Mr. Smith.jpg",
		"version 1.2":            "version 1.2.jpg",
		"Grüße 🙂.jpg":            "Grüße 🙂.jpg",
		"a\xffb.jpg":             "ab.jpg",
		strings.Repeat("ü", 300): strings.Repeat("ü", 96) + ".jpg",
	} {
		require.Equal(t, want, media.CleanName(name, "image/jpeg"), "%q", name)
	}
	require.Equal(t, "a", media.CleanName("a.html", "text/html"))
}

func TestEveryNameIsSafe(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z./\\ :.]{0,120}`)).Draw(t, "name")
		clean := media.CleanName(name, "application/pdf")
		require.True(t, strings.HasSuffix(clean, ".pdf"), clean)
		require.True(t, utf8.ValidString(clean))
		require.LessOrEqual(t, utf8.RuneCountInString(clean), 100)
		require.Greater(t, len(clean), len(".pdf"))
		require.False(t, strings.ContainsAny(clean, `/\<>:"|?*`), clean)
		require.NotEqual(t, '.', rune(clean[0]))
		for _, r := range clean {
			require.True(t, unicode.IsPrint(r), "%q", clean)
		}
		require.Equal(t, clean, media.CleanName(clean, "application/pdf"), "it stays what it is")
	})
}
