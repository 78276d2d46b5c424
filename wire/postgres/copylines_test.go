package postgres

import (
	"errors"
	"testing"
)

const binaryHead = copySignature + "\x00\x00\x00\x00\x00\x00\x00\x03ext"

func TestCopyLines(t *testing.T) {
	for _, c := range []struct {
		name   string
		format Format
		stream string
		rows   uint64
		err    error
	}{
		{"nothing", FormatText, "", 0, nil},
		{"newlines", FormatText, "1\ta\n2\tb\n\n", 3, nil},
		{"no end of the last", FormatText, "1\n2", 2, nil},
		{"both", FormatText, "1\r\n2\r\n", 2, nil},
		{"carriage returns", FormatText, "1\r2\r3", 3, nil},
		{"one carriage return", FormatText, "1\r", 1, nil},
		{"carriage returns among newlines", FormatText, "1\n2\r3\n", 2, nil},
		{"a newline behind a backslash", FormatText, "a\\\nb\nc\\\\\nd\\n\n", 3, nil},
		{"a newline behind a backslash first", FormatText, "\\\nb\n", 1, nil},
		{"a carriage return behind a backslash", FormatText, "a\\\rb\n", 1, nil},
		{"an end", FormatText, "1\n2\n\\.\n3\n", 2, nil},
		{"an end at once", FormatText, "\\.", 0, nil},
		{"an end amid a line", FormatText, "1\n2\\.\n", 2, nil},
		{"no end", FormatText, "1\\\\.\n\\N\n", 2, nil},
		{"a backslash last", FormatText, "1\n\\", 2, nil},
		{"binary", FormatBinary, binaryHead + "\x00\x02\x00\x00\x00\x01a\xff\xff\xff\xff\x00\x00\x00\x01\x00\x00\x00\x00\xff\xff", 3, nil},
		{"binary without its end", FormatBinary, binaryHead + "\x00\x00", 1, ErrMalformed},
		{"binary behind its end", FormatBinary, binaryHead + "\xff\xff\x00", 0, ErrMalformed},
		{"binary cut", FormatBinary, binaryHead + "\x00\x01\x00\x00\x00\x05abcd", 1, ErrMalformed},
		{"binary of -2 fields", FormatBinary, binaryHead + "\xff\xfe", 0, ErrMalformed},
		{"binary of length -2", FormatBinary, binaryHead + "\x00\x01\xff\xff\xff\xfe", 1, ErrMalformed},
		{"binary with OIDs", FormatBinary, copySignature + "\x00\x01\x00\x00", 0, ErrMalformed},
		{"a negative extension", FormatBinary, copySignature + "\x00\x00\x00\x00\xff\xff\xff\xff", 0, ErrMalformed},
		{"text for binary", FormatBinary, "1\t2\n", 0, ErrMalformed},
		{"nothing for binary", FormatBinary, "", 0, ErrMalformed},
	} {
		// At once, byte by byte, and cut in two anywhere.
		for cut := -1; cut <= len(c.stream); cut++ {
			lines := NewCopyLines(c.format)
			var err error
			if cut < 0 {
				for i := range len(c.stream) {
					err = lines.Count([]byte(c.stream[i : i+1]))
				}
			} else {
				err = errors.Join(lines.Count([]byte(c.stream[:cut])), lines.Count([]byte(c.stream[cut:])))
			}
			err = errors.Join(err, lines.Finish())
			if lines.Rows() != c.rows || !errors.Is(err, c.err) || c.err == nil && err != nil {
				t.Errorf("%s, cut at %d: %d rows, %v; want %d, %v", c.name, cut, lines.Rows(), err, c.rows, c.err)
			}
		}
	}
}
