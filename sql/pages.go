package sql

// Pager is a Dialect whose keys hold the numbers of LIMIT and OFFSET, which its
// analysis does not hang on. A client that turns pages makes a new shape with
// each: its analysis is that of the first.
type Pager interface {
	Dialect
	// Page appends to dst the key with 1 for each such number. It reports
	// whether there is one.
	Page(dst, key []byte) ([]byte, bool)
	// Shape is the shape that Analyze returns for a key.
	Shape(key []byte) string
}

// analysis is that of a key, by the one that is kept for its pages where there
// is one.
func (a *Analyzer) analysis(key []byte) (*Analysis, string) {
	if len(key) > maxCachedKey {
		return a.dialect.Analyze(key)
	}
	p, ok := a.dialect.(Pager)
	if !ok {
		return a.dialect.Analyze(key)
	}
	page, ok := p.Page(make([]byte, 0, len(key)), key)
	if !ok {
		return a.dialect.Analyze(key)
	}
	if e := a.cache.peek(page); e != nil {
		e.used.Store(true)
		return e.analysis, p.Shape(key)
	}
	if string(page) == string(key) {
		return a.dialect.Analyze(key)
	}
	return a.understand(page).analysis, p.Shape(key)
}
