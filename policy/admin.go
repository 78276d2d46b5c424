package policy

import "path/filepath"

// LoadAdmin reads nothing of the policy file at path but its `admin:`: whoever
// has to reach a running gateway needs neither its other secrets nor a policy
// in which everything is right. The file has to be YAML.
func LoadAdmin(path string, src Source) (Admin, Diagnostics) {
	p, diags := loadPart(path, src, func(r *reader, f fields) { r.admin(f.get("admin")) })
	if p == nil {
		return Admin{}, diags
	}
	p.placeAdmin(folder(path))
	return p.Admin, nil
}

// LoadLedger reads nothing of the policy file at path but its `ledger:`, as
// LoadAdmin does: what is recorded has to be found also while the policy is
// being mended. In a file that is no YAML it reads the lines of `ledger:` alone.
func LoadLedger(path string, src Source) (Ledger, Diagnostics) {
	read := func(r *reader, f fields) { r.ledger(f.get("ledger")) }
	p, diags := loadPart(path, src, read)
	if p == nil {
		if text, _, err := src.File(path); err == nil {
			if lines, ok := linesOf("ledger", string(text)); ok {
				p = readPart(path, newDocument(path, []byte(lines)), src, read)
			}
		}
	}
	if p == nil {
		return Ledger{}, diags
	}
	p.Ledger.place(folder(path))
	return p.Ledger, nil
}

// loadPart reads one part of a policy file; what else is wrong in it is not
// looked at.
func loadPart(path string, src Source, read func(*reader, fields)) (*Policy, Diagnostics) {
	text, _, err := src.File(path)
	d := newDocument(path, text)
	if err != nil {
		d.unreadable(err)
		return nil, d.finish()
	}
	p := readPart(path, d, src, read)
	if p == nil {
		return nil, d.finish()
	}
	return p, nil
}

// readPart is loadPart of a document; nil where the document has an error.
func readPart(path string, d *document, src Source, read func(*reader, fields)) *Policy {
	if !d.parse() {
		return nil
	}
	r := &reader{doc: d, src: src, dir: folder(path), listens: map[string][]listener{}, p: &Policy{File: path}}
	root := value{d, d.root, ""}
	f, ok := root.object(schemaPolicy, "begin with `version: 1`, then `apps:`, `hosts:` and `doors:`")
	d.diags, d.failed = nil, false
	if ok {
		read(r, f)
	}
	if d.diags.Failed() {
		return nil
	}
	return r.p
}

// folder is where the relative paths of a policy file begin. It is absolute, so
// that a later change of the working directory changes nothing.
func folder(path string) string {
	dir := filepath.Dir(path)
	if abs, err := filepath.Abs(dir); err == nil {
		return abs
	}
	return dir
}

// placeAdmin makes the path of a unix socket absolute.
func (p *Policy) placeAdmin(dir string) {
	if path, ok := cutUnix(p.Admin.Listen); ok {
		p.Admin.Listen = "unix:" + resolve(dir, path)
	}
}
