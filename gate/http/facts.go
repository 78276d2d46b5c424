package httpgate

import (
	"strings"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/guard"
)

// segmentNames are what path segments are called in findings.
var segmentNames = [...]string{
	"path segment 1", "path segment 2", "path segment 3", "path segment 4",
	"path segment 5", "path segment 6", "path segment 7", "path segment 8",
}

// noteInputs tells the passage each path segment and each query parameter, as
// an app would decode them. Their number is bounded by the size of the head.
// Spans count in the canonical target: the decoded path, and the query. space
// is memory to use.
func noteInputs(p *guard.Passage, q *request, space []byte) {
	at := 1
	for n := 0; at < len(q.path); n++ {
		end := strings.IndexByte(q.path[at:], '/')
		if end < 0 {
			end = len(q.path) - at
		}
		if end > 0 {
			name := "path segment"
			if n < len(segmentNames) {
				name = segmentNames[n]
			}
			p.Note(sallyport.Fact{
				Role: sallyport.Input, Name: name, Text: append(space[:0], q.path[at:at+end]...),
				Span: sallyport.Span{Start: at, End: at + end},
			})
		}
		at += end + 1
	}
	for start := 0; start < len(q.query); {
		end := strings.IndexByte(q.query[start:], '&')
		if end < 0 {
			end = len(q.query) - start
		}
		pair := q.query[start : start+end]
		name, value, _ := strings.Cut(pair, "=")
		if pair != "" {
			p.Note(sallyport.Fact{
				Role: sallyport.Input, Name: formDecoded(name), Text: appendForm(space[:0], value),
				Span: sallyport.Span{Start: start + end - len(value), End: start + end},
			})
		}
		start += end + 1
	}
}

// appendForm decodes application/x-www-form-urlencoded (WHATWG URL standard,
// section 5.1). The query's encodings were found valid before.
func appendForm(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+':
			dst = append(dst, ' ')
		case c == '%' && i+2 < len(s):
			dst = append(dst, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

func formDecoded(s string) string {
	if strings.IndexByte(s, '%') < 0 && strings.IndexByte(s, '+') < 0 {
		return s
	}
	return string(appendForm(nil, s))
}
