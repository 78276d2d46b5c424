package bypass

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strings"
)

// Protocol is how a statement reaches the server.
type Protocol string

// Simple: COM_QUERY, or a Query message. Prepared: COM_STMT_PREPARE and
// COM_STMT_EXECUTE, or Parse, Bind and Execute with results as text. Binary:
// the same with results in binary (those of Prepared are already at MySQL).
// Copy: COPY TO STDOUT, or FROM STDIN with the data of the statement.
const (
	Simple   Protocol = "simple"
	Prepared Protocol = "prepared"
	Binary   Protocol = "binary"
	Copy     Protocol = "copy"
)

// Statement is one paragraph of a script.
type Statement struct {
	Text     string // as it is sent, apart from what fill replaces
	Protocol Protocol
	Params   []any  // string, int64, float64, bool or nil
	Data     string // what COPY FROM STDIN is given, and LOAD DATA LOCAL INFILE 'Reader::data'
	DBA      bool   // the administrator's, on a direct connection; what it answers is not seen
}

type directive struct{ name, value string }

var directiveLine = regexp.MustCompile(`^-- ([a-z]+): (.+)$`)

// paragraphs splits a script at its empty lines.
func paragraphs(text string) []string {
	var all []string
	var lines []string
	flush := func() {
		if len(lines) > 0 {
			all = append(all, strings.Join(lines, "\n"))
			lines = nil
		}
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if strings.TrimSpace(line) == "" {
			flush()
			continue
		}
		lines = append(lines, line)
	}
	flush()
	return all
}

// splitParagraph takes the directives off the top of a paragraph.
func splitParagraph(p string) ([]directive, string, error) {
	var directives []directive
	for p != "" {
		line, rest, _ := strings.Cut(p, "\n")
		m := directiveLine.FindStringSubmatch(line)
		if m == nil {
			break
		}
		directives = append(directives, directive{m[1], m[2]})
		p = rest
	}
	if strings.HasPrefix(p, "--") {
		line, _, _ := strings.Cut(p, "\n")
		return nil, "", fmt.Errorf("%q is no directive; a comment that is sent is written /* … */", line)
	}
	return directives, p, nil
}

func newStatement(sql string, directives []directive) (Statement, error) {
	s := Statement{Text: sql, Protocol: Simple}
	for _, d := range directives {
		switch d.name {
		case "protocol":
			s.Protocol = Protocol(d.value)
		case "params":
			if err := json.Unmarshal([]byte(d.value), &s.Params); err != nil {
				return s, fmt.Errorf("params: %w", err)
			}
			for i, p := range s.Params {
				if n, ok := p.(float64); ok && n == math.Trunc(n) {
					s.Params[i] = int64(n)
				}
			}
		case "data":
			if err := json.Unmarshal([]byte(d.value), &s.Data); err != nil {
				return s, fmt.Errorf("data: %w", err)
			}
		case "by":
			if d.value != "dba" {
				return s, fmt.Errorf("by: %q; only dba is somebody else", d.value)
			}
			s.DBA = true
		default:
			return s, fmt.Errorf("there is no directive %q here", d.name)
		}
	}
	switch s.Protocol {
	case Simple, Copy:
		if s.Params != nil {
			return s, fmt.Errorf("params go with protocol: prepared or binary")
		}
	case Prepared, Binary:
	default:
		return s, fmt.Errorf("protocol: %q is unknown", s.Protocol)
	}
	return s, nil
}

// writes finds what may leave a database otherwise than it was. Too often is
// harmless: the database is made anew.
var writes = regexp.MustCompile(`(?i)\b(insert|update|delete|replace|merge|create|alter|drop|rename|truncate|call|do|copy|into|execute|grant|load|handler|analyze|comment|setval|nextval|lo_\w+|dblink\w*|query_to_xml\w*)\b`)

func (c Case) writes() bool {
	for _, s := range c.Statements {
		if writes.MatchString(s.Text) {
			return true
		}
	}
	return false
}
