package grants

import "slices"

// sight tells where the login sees less than the rules of its doors reach: what
// the door does not know, it refuses.
func (v *verifier) sight() {
	d := Derive(v.target, v.login, v.state.Server, v.state.Catalogue)
	for _, t := range d.sees {
		on := Right{Level: OnTable, Schema: t.schema, Name: t.name}
		if t.name == "*" {
			on.Level, on.Name = OnSchema, ""
		}
		object := v.state.Server.object(on)
		x := v.state.Catalogue.find(t.schema, t.name)
		switch direct, byRole := v.shown(on); {
		case direct && x != nil && x.View && x.Definition == "":
			v.find(CodeSees, "what the view %s computes is not shown to the door: it wants SELECT and SHOW VIEW", object)
		case direct:
		case byRole:
			v.find(CodeSees, "%s is shown to the door by a role alone, which does not tell it that it sees all columns", object)
		case x == nil && t.name != "*":
			v.find(CodeSees, "%s is not shown to the door, or is not there", object)
		default:
			v.find(CodeSees, "of %s the door may see some columns only", object)
		}
	}
}

// shown tells whether the account has a right that shows all columns of a thing,
// itself or by a role.
func (v *verifier) shown(on Right) (direct, byRole bool) {
	for i := range v.state.Accounts {
		for _, h := range v.state.Accounts[i].Held {
			if !slices.ContainsFunc(columnPrivileges, func(p string) bool { on.Privilege = p; return h.covers(on) }) {
				continue
			}
			direct, byRole = direct || h.Via == "", byRole || h.Via != ""
		}
	}
	return direct, byRole
}
