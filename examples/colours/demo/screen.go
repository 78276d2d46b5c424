package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"
)

// width is that of the terminal that the demo is laid out for, in columns.
const width = 100

// screen is where the demo tells its story.
type screen struct {
	w      io.Writer
	colour bool
}

func newScreen(f *os.File) *screen {
	info, err := f.Stat()
	tty := err == nil && info.Mode()&os.ModeCharDevice != 0
	_, no := os.LookupEnv("NO_COLOR")
	return &screen{w: f, colour: tty && !no && os.Getenv("TERM") != "dumb"}
}

type style string

const (
	bold  style = "1"
	dim   style = "2"
	red   style = "31"
	green style = "32"
	amber style = "33"
	blue  style = "36"
)

func (s *screen) paint(st style, text string) string {
	if !s.colour || text == "" {
		return text
	}
	return "\x1b[" + string(st) + "m" + text + "\x1b[0m"
}

func (s *screen) line(format string, args ...any) {
	fmt.Fprintf(s.w, format+"\n", args...)
}

func (s *screen) blank() { s.line("") }

// heading opens a part of the story.
func (s *screen) heading(title string) {
	s.blank()
	s.line("%s", s.paint(bold, title))
	s.line("%s", s.paint(dim, strings.Repeat("─", min(width, utf8.RuneCountInString(title)))))
}

// say is a paragraph, wrapped and indented by two.
func (s *screen) say(text string) {
	for _, l := range wrap(text, width-2) {
		s.line("  %s", l)
	}
}

// doing says what is under way before it is done, and returns what says that
// it was. On a terminal the second line takes the place of the first.
func (s *screen) doing(what string) func(result string) {
	began := time.Now()
	if s.colour {
		fmt.Fprintf(s.w, "  … %s", what)
	} else {
		s.line("  … %s", what)
	}
	return func(result string) {
		if s.colour {
			fmt.Fprint(s.w, "\r\x1b[K")
		}
		took := ""
		if d := time.Since(began); d >= time.Second {
			took = fmt.Sprintf("  %.1f s", d.Seconds())
		}
		s.line("  %s %s%s", s.paint(green, "✓"), result, s.paint(dim, took))
	}
}

// field is a label and its value, wrapped beside it.
func (s *screen) field(label string, st style, text string) {
	const indent = 18
	for i, l := range wrap(text, width-indent) {
		if i > 0 {
			label = ""
		}
		s.line("    %s %s", s.paint(dim, pad(label, indent-5)), s.paint(st, l))
	}
}

// pad fills or cuts text to n columns; what it cuts ends in "…".
func pad(text string, n int) string {
	if have := utf8.RuneCountInString(text); have <= n {
		return text + strings.Repeat(" ", n-have)
	}
	return string([]rune(text)[:n-1]) + "…"
}

// wrap breaks text at spaces into lines of at most n columns; a longer word
// stays whole, since it may be there to be copied.
func wrap(text string, n int) []string {
	var lines []string
	for para := range strings.SplitSeq(text, "\n") {
		line := ""
		for word := range strings.FieldsSeq(para) {
			if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > n {
				lines, line = append(lines, line), ""
			}
			if line != "" {
				line += " "
			}
			line += word
		}
		lines = append(lines, line)
	}
	return lines
}

// plain takes out of text from elsewhere what a terminal would obey.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' {
			return ' '
		}
		if r < ' ' && r != '\n' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '·'
		}
		return r
	}, text)
}

func plural(n uint64, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// size is a number of bytes for a person.
func size(n uint64) string {
	switch {
	case n < 10_000:
		return fmt.Sprintf("%d B", n)
	case n < 10<<20:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d MiB", n>>20)
}
