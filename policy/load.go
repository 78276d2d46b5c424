package policy

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sallyport/sallyport"
	"go.yaml.in/yaml/v3"
)

// Load reads and checks the policy file at path. The policy is nil where some
// diagnostic is an error; where there are only warnings both are returned.
// Everything that is wrong is told at once.
func Load(path string, voc Vocabulary, src Source) (*Policy, Diagnostics) {
	return load(path, voc, src, true)
}

// LoadUntested is Load without the policy's own `tests:`, for whoever asks what
// stands in a policy and puts none in force.
func LoadUntested(path string, voc Vocabulary, src Source) (*Policy, Diagnostics) {
	return load(path, voc, src, false)
}

func load(path string, voc Vocabulary, src Source, tested bool) (*Policy, Diagnostics) {
	text, _, err := src.File(path)
	if err != nil {
		d := newDocument(path, nil)
		d.unreadable(err)
		return nil, d.finish()
	}
	return parse(path, text, voc, src, tested)
}

// unreadable reports a policy file of which there is no text.
func (d *document) unreadable(err error) {
	code, hint := CodeUnreadable, "name the policy file, and see that it can be read"
	switch {
	case errors.Is(err, errTooLarge):
		code, hint = CodeTooLarge, "a policy is at most 1 MiB: see that this is one"
	case errors.Is(err, fs.ErrNotExist):
		hint = "name the policy file: `sallyport check FILE`, and --policy FILE for the other verbs"
	case errors.Is(err, fs.ErrPermission):
		hint = "let the user that runs this read it"
	}
	d.report(Error, span{1, 1, 1}, "", code, hint, "reading the policy: %v", err)
}

// Parse is Load for a text that has been read already; name is what
// diagnostics call it, and its folder is where relative paths begin.
func Parse(name string, text []byte, voc Vocabulary, src Source) (*Policy, Diagnostics) {
	return parse(name, text, voc, src, true)
}

func parse(name string, text []byte, voc Vocabulary, src Source, tested bool) (*Policy, Diagnostics) {
	d := newDocument(name, text)
	if !d.parse() {
		return nil, d.finish()
	}
	r := &reader{
		doc: d, voc: voc.filled(), src: src,
		apps: map[string]field{}, hosts: map[string]field{}, classes: map[string]field{}, keys: map[string]field{}, doors: map[string]field{},
		listens: map[string][]listener{}, used: map[string]bool{}, p: &Policy{File: name},
	}
	r.dir = folder(name)
	r.policy(value{d, d.root, ""})
	if !d.diags.Failed() {
		r.p.analyze, r.p.lineage = r.voc.Analyze, r.voc.Lineage
		r.p.seal(r.dir)
		r.judge()
	}
	if tested && !d.diags.Failed() {
		r.runTests()
	}
	if d.diags.Failed() {
		return nil, d.finish()
	}
	return r.p, d.finish()
}

// reader builds a Policy from a document.
type reader struct {
	doc *document
	dir string
	voc Vocabulary
	src Source
	p   *Policy

	apps, hosts, classes, keys, doors map[string]field      // by name, at the name
	listens                           map[string][]listener // by port
	nodes                             map[[2]int]*yaml.Node // by line and column, made when wanted
	used                              map[string]bool       // "app NAME", "host NAME", "class NAME", "key NAME", "login DOOR NAME"
}

// seal makes what Match and Decide go by, once nothing is wrong.
func (p *Policy) seal(dir string) {
	p.digest = p.canonical()
	for i := range p.Doors {
		p.Doors[i].connection = p.connectionOf(&p.Doors[i])
	}
	// Paths are resolved after the digest, which is the same in every folder.
	p.Ledger.place(dir)
	p.placeAdmin(dir)
	p.matcher = compile(p)
}

// place makes the ledger's paths absolute.
func (l *Ledger) place(dir string) {
	l.Path = resolve(dir, l.Path)
	l.Anchors = slices.Clone(l.Anchors)
	for i, a := range l.Anchors {
		if path, ok := strings.CutPrefix(a, "file:"); ok {
			l.Anchors[i] = "file:" + resolve(dir, path)
		}
	}
}

func resolve(dir, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}

func (r *reader) policy(v value) {
	f, ok := v.object(schemaPolicy, "begin with `version: 1`, then `apps:`, `hosts:` and `doors:`")
	if !ok {
		return
	}
	if x, ok := f.need("version", "begin the file with `version: 1`"); ok {
		if x.node.Value != "1" || x.node.Tag != "!!int" {
			x.errorf(CodeVersion, "write `version: 1`", "this version of Sallyport reads policies of version 1")
		}
	}
	r.named(f.get("apps"), r.apps, r.app)
	r.named(f.get("hosts"), r.hosts, r.host)
	r.named(f.get("classes"), r.classes, r.class)
	r.named(f.get("keys"), r.keys, r.key)
	r.ledger(f.get("ledger"))
	r.admin(f.get("admin"))
	if x := f.get("doors"); x.set() {
		for _, e := range x.list(false, "write one entry a door: `- name: front`") {
			r.door(e)
		}
	} else {
		f.doc.report(Warning, f.doc.extent(f.node), "", CodeAllowsNothing, "write `doors:` with one entry a door", "the policy has no doors")
	}
	if x := f.get("tests"); x.set() {
		for _, e := range x.list(false, "write one sentence an entry: `- anyone may not GET /admin at front`") {
			r.test(e)
		}
	}
	f.done()
}

// named reads a mapping from names that the policy gives.
func (r *reader) named(f field, known map[string]field, read func(name string, e field)) {
	if !f.set() {
		return
	}
	entries, _ := f.entries("write one `name: {…}` a line")
	for _, e := range entries {
		if surprising(e.key.node) || e.key.node.Tag != "!!str" || !e.key.checkName(e.key.node.Value) {
			continue
		}
		known[e.key.node.Value] = e
		read(e.key.node.Value, e)
	}
}

// test takes a sentence as it stands: its SQL may hold a `$`. What can be said
// of it before the rest of the policy is known is said now.
func (r *reader) test(v value) {
	s, ok := v.scalar("write a sentence: `anyone may not GET /admin at front`")
	if !ok {
		return
	}
	words := strings.Fields(s)
	if i := slices.Index(words, "may") + 1; i > 0 && i < len(words) {
		if words[i] == "not" && i+1 < len(words) {
			i++
		}
		if slices.Contains(notYetWords["tests[]"], words[i]) {
			v.errorf(CodeNotYet, "remove the test until its kind of door is there", "`%s` is not yet there in this version", words[i])
			return
		}
	}
	r.p.Tests = append(r.p.Tests, Test{At: v.at(), Text: s})
}

// Position tells where a name of the policy stands: it is the zero Position
// for one that it does not have.
func (p *Policy) Position(kind sallyport.PartyKind, name string) sallyport.Position {
	switch kind {
	case sallyport.AppParty:
		for _, a := range p.Apps {
			if a.Name == name {
				return a.At
			}
		}
	case sallyport.HostParty:
		for _, h := range p.Hosts {
			if h.Name == name {
				return h.At
			}
		}
	case sallyport.CallerParty:
		for _, k := range p.Keys {
			if k.Name == name {
				return k.At
			}
		}
		for _, d := range p.Doors {
			for _, rule := range d.Allow {
				if slices.Contains(rule.Who, Who{WhoCertificate, name}) {
					return rule.At
				}
			}
		}
	}
	return sallyport.Position{}
}
