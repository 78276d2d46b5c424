package postgres

import "bytes"

// CopyLines counts the rows of a COPY stream in text or binary format as its
// pieces pass, wherever they are cut, and holds none of them (the manual's page
// COPY, "File Formats"). The zero value counts text.
//
// It does not follow CSV, in which a value may have line ends: whether a stream
// is text or CSV only the statement can tell. It does follow text as a server
// reads it: lines end as the first one does, in a newline, a carriage return or
// both; behind a backslash neither ends one; a line of \. ends the data, and a
// last line may have no end. In a client encoding in which a backslash can be
// part of a longer character (BIG5, GBK, SJIS and such) it can be wrong.
type CopyLines struct {
	rows uint64

	eol     byte // what ends lines; 0 before the first one
	cr      bool // a carriage return before that is known
	escaped bool // a backslash was the last byte
	open    bool // a line has begun
	end     bool // the end of the data has been seen

	binary bool
	copyBinary
}

// NewCopyLines counts a stream of the format that a CopyResponse says.
func NewCopyLines(f Format) CopyLines { return CopyLines{binary: f == FormatBinary} }

// Rows returns how many rows have ended in text, and begun in binary format.
func (c *CopyLines) Rows() uint64 { return c.rows }

// Count takes the next piece of the stream: the payload of a CopyData, or a
// part of it. In binary format it returns a *MalformedError when the stream is
// none; what it returned it then goes on to return. Text has no such errors.
func (c *CopyLines) Count(p []byte) error {
	if c.binary {
		return c.countBinary(p)
	}
	for len(p) > 0 && !c.end {
		p = c.countText(p)
	}
	return nil
}

// Finish takes the end of the stream: CopyDone. It returns a *MalformedError
// when a binary stream is cut short.
func (c *CopyLines) Finish() error {
	if c.binary {
		return c.finishBinary()
	}
	if c.cr || (c.open || c.escaped) && !c.end {
		c.rows++
	}
	c.cr, c.open, c.escaped, c.end = false, false, false, true
	return nil
}

// countText takes at least one byte off p and returns the rest.
func (c *CopyLines) countText(p []byte) []byte {
	switch {
	case c.cr:
		// The line has ended; what ends lines is known now.
		c.cr, c.open = false, false
		c.rows++
		if c.eol = '\r'; p[0] == '\n' {
			c.eol = '\n'
			return p[1:]
		}
		return p
	case c.escaped:
		c.escaped = false
		if p[0] == '.' {
			// Data ahead of it in its line are a row up to PostgreSQL 17 and an
			// error from 18 on.
			if c.end = true; c.open {
				c.rows++
			}
			return nil
		}
		c.open = true
		return p[1:]
	case c.eol == 0:
		i := bytes.IndexAny(p, "\n\r\\")
		if i < 0 {
			c.open = true
			return nil
		}
		c.open = c.open || i > 0
		switch p[i] {
		case '\n':
			c.eol, c.open = '\n', false
			c.rows++
		case '\r':
			c.cr = true
		default:
			c.escaped = true
		}
		return p[i+1:]
	}
	run := p
	if i := bytes.IndexByte(p, '\\'); i >= 0 {
		run, c.escaped = p[:i], true
		p = p[i+1:]
	} else {
		p = nil
	}
	if len(run) > 0 {
		c.rows += uint64(bytes.Count(run, []byte{c.eol}))
		c.open = run[len(run)-1] != c.eol
	}
	return p
}
