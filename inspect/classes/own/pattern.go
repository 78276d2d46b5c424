package own

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	regexp "github.com/wasilibs/go-re2"

	"github.com/sallyport/sallyport/inspect/classes"
)

// What a regular expression may be at most, and how much of a line it sees.
const (
	maxPattern = 64 << 10
	maxLine    = 16 << 10
)

// Pattern is regular expressions in the syntax of RE2, as one, ready to be
// looked for. It never changes, and scanners share it.
type Pattern struct {
	class string
	re    *regexp.Regexp
}

// NewPattern is the expressions, any of them, as a class. One that matches
// nothing at all, so everywhere, is refused.
func NewPattern(class string, expressions []string) (*Pattern, error) {
	var each []string
	for _, e := range expressions {
		re, err := regexp.Compile(e)
		if err != nil {
			return nil, err
		}
		if re.MatchString("") {
			return nil, fmt.Errorf("the regular expression %q matches nothing, so it is found everywhere", e)
		}
		each = append(each, "(?:"+e+")")
	}
	all := strings.Join(each, "|")
	if all == "" {
		return nil, errors.New("a pattern has one regular expression at least")
	}
	if len(all) > maxPattern {
		return nil, fmt.Errorf("regular expressions of %d bytes: they may have %d together", len(all), maxPattern)
	}
	re, err := regexp.Compile(all)
	if err != nil {
		return nil, err
	}
	return &Pattern{class: class, re: re}, nil
}

// LineScanner looks for a pattern in a stream that is written to it, line by
// line: no match goes beyond a line, and of a line beyond 16 KiB each 16 KiB
// are looked at by themselves. It keeps so much, and is for one goroutine.
type LineScanner struct {
	pattern *Pattern
	emit    func(classes.Hit)
	line    []byte
	offset  int64 // of line
}

// NewScanner is a scanner that tells its hits to emit, in order, at the end of
// each line.
func (p *Pattern) NewScanner(emit func(classes.Hit)) *LineScanner {
	return &LineScanner{pattern: p, emit: emit, line: make([]byte, 0, maxLine)}
}

// Write looks at the lines that end in the next bytes of the stream. It keeps
// nothing of p, and takes all of it.
func (s *LineScanner) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		took := min(len(p), maxLine-len(s.line))
		end := bytes.IndexByte(p[:took], '\n')
		if end >= 0 {
			took = end + 1
		}
		s.line = append(s.line, p[:took]...)
		p = p[took:]
		if end >= 0 || len(s.line) == maxLine {
			s.look()
		}
	}
	return n, nil
}

// Close ends the stream, and its last line.
func (s *LineScanner) Close() error {
	s.look()
	return nil
}

// Value is the bytes of a hit, which are there while it is told, and no longer.
func (s *LineScanner) Value(h classes.Hit) []byte {
	from := int(h.Offset - s.offset)
	return s.line[from : from+h.Length]
}

func (s *LineScanner) look() {
	line := bytes.TrimSuffix(s.line, []byte{'\n'})
	for _, at := range s.pattern.re.FindAllIndex(line, -1) {
		if at[1] > at[0] {
			s.emit(classes.Hit{Class: s.pattern.class, Offset: s.offset + int64(at[0]), Length: min(at[1]-at[0], classes.MaxLength), Confidence: classes.High})
		}
	}
	s.offset += int64(len(s.line))
	s.line = s.line[:0]
}

var _ io.WriteCloser = (*LineScanner)(nil)
