package postgres

import (
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/sql/lineage"
)

// changes give a stored column other values than it had, as many and in as many
// rows.
var changes = map[lineage.Origin]string{
	originOf("users", "email"):                            "update users set email = 'o' || k",
	originOf("users", "name"):                             "update users set name = 'o' || k",
	originOf("users", "card"):                             "update users set card = 'o' || k",
	originOf("orders", "note"):                            "update orders set note = 'o' || k",
	originOf("orders", "total"):                           "update orders set total = 'o' || k",
	originOf("docs", "tags"):                              "update docs set tags = array['o' || k, 'p' || k]",
	originOf("docs", "data"):                              `update docs set data = jsonb_build_object('x', 'o' || k, 'y', jsonb_build_array('p' || k))`,
	originOf("docs", "home"):                              "update docs set home = row('o' || k, 'p' || k)::addr",
	originOf("visits", "page"):                            "update visits set page = 'o' || k",
	originOf("visits", "region"):                          "update visits set region = 'o' || k",
	originOf("people", "nick"):                            "update only people set nick = 'o' || k",
	originOf("staff", "desk"):                             "update staff set desk = 'o' || k",
	originOf("secrets", "pin"):                            "update s.secrets set pin = 'o' || k",
	originOf("secrets", "email"):                          "update s.secrets set email = 'o' || k",
	originOf("odd", "camel"):                              `update "Odd ""Name" set "Camel Case" = 'o' || k`,
	originOf("odd", "select"):                             `update "Odd ""Name" set "select" = 'o' || k`,
	{Schema: "public", Table: "users", Column: "k"}:       "update users set k = 'o' || k",
	{Schema: "public", Table: "orders", Column: "k"}:      "update orders set k = 'o' || k",
	{Schema: "s", Table: "secrets", Column: "k"}:          "update s.secrets set k = 'o' || k",
	{Schema: "public", Table: "orders", Column: "user_k"}: "update orders set user_k = 'o' || k",
}

// depends tells which columns a result may hang on.
func depends(l *lineage.Lineage) (all []lineage.Origin, known bool) {
	if l.Unknown != "" {
		return nil, false
	}
	for _, c := range l.Columns {
		if c.Unknown != "" {
			return nil, false
		}
		all = append(all, c.Origins...)
	}
	for _, t := range l.Tests {
		all = append(all, t.Origin)
	}
	return all, true
}

// TestWhatIsNotClaimedChangesNothing gives each column other values, and runs the
// queries whose lineage says that they neither show nor test it: what comes out
// has to be what came out before. What a view tests its author has decided, and
// no lineage tells; so queries over views are left out.
func TestWhatIsNotClaimedChangesNothing(t *testing.T) {
	p := newProver(t)
	type query struct {
		text string
		uses []lineage.Origin
		was  string
	}
	var list []query
	for _, text := range append(corpusOf(t, "testdata/lineage.sql"), blindQueries...) {
		l := p.resolve(t, text)
		uses, known := depends(l)
		overView := slices.ContainsFunc(l.Relations, func(r lineage.Relation) bool { return p.views[r] || r.Schema == "pg_catalog" })
		if known && !overView && !strings.Contains(text, "ctid") && !strings.Contains(text, "now()") {
			_, rows, err := p.run(t, text)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			list = append(list, query{text, uses, flat(rows)})
		}
	}
	compared, seen := 0, 0
	for column, change := range changes {
		for _, q := range list {
			_, rows, err := p.run(t, change+";"+q.text)
			if err != nil {
				t.Fatalf("%s: %v", q.text, err)
			}
			same := flat(rows) == q.was
			switch claimed := slices.Contains(q.uses, column); {
			case !claimed && !same:
				t.Errorf("%s hangs on %v, and its lineage does not say so", q.text, column)
			case !claimed:
				compared++
			case !same:
				seen++
			}
		}
	}
	t.Logf("%d queries; %d times nothing changed, and %d times what was claimed", len(list), compared, seen)
	if len(list) < 120 || compared < 1500 || seen < 200 {
		t.Error("that is too little to prove anything")
	}
}

// flat is a result as a set of rows.
func flat(rows [][][]byte) string {
	var lines []string
	for _, row := range rows {
		var b strings.Builder
		for _, v := range row {
			b.Write(v)
			b.WriteByte(0)
		}
		lines = append(lines, b.String())
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// blindQueries show little and test much.
var blindQueries = []string{
	"select k from users where email like 'mk%'",
	"select 1 from users where email = 'mk-users-email-1'",
	"select 1 from users where not (email <> 'mk-users-email-1')",
	"select 1 from users where email in ('a', 'mk-users-email-1')",
	"select 1 from users where email = any (array['mk-users-email-1'])",
	"select 1 from users where email between 'mk-users-email-1' and 'mk-users-email-2'",
	"select 1 from users u where (email, name) = ('mk-users-email-1', 'mk-users-name-1')",
	"select 1 from users u where u = row('k1'::text, 'mk-users-email-1'::text, 'mk-users-name-1'::text, 'mk-users-card-1'::text)::users",
	"select 1 from users where case when email like 'mk%' then true end",
	"select 1 from users where coalesce(email, name) like 'mk%'",
	"select 1 from users where nullif(email, 'mk-users-email-1') is null",
	"select count(*) from users where length(email) > 5",
	"select count(*) filter (where email like 'mk%') from users",
	"select count(nullif(email, 'mk-users-email-1')) from users",
	"select count(case when email like 'mk%' then 1 end) from users",
	"select sum(case email when 'mk-users-email-1' then 1 else 0 end) from users",
	"select bool_and(email like 'mk%') from users",
	"select email like 'mk%', email is not distinct from 'mk-users-email-1' from users",
	"select 1 from users group by email like 'mk%'",
	"select count(*) from users group by grouping sets ((email like 'mk%'), ())",
	"select 1 from users having max(email) like 'mk%'",
	"select k from users order by email desc limit 1",
	"select k, case when email like 'mk%' then 'a' end as x from users order by x limit 1",
	"select k from users order by length(email), case when email like 'mk%' then k end limit 1",
	"select distinct on (email like 'mk%') k from users order by email like 'mk%', k",
	"select 1 from users limit (select count(*) from orders where note like 'mk%')",
	"select 1 from users offset (select count(*) from orders where note like 'mk%')",
	"select 1 from users u where exists (select 1 from orders o where o.note like 'mk%')",
	"select 1 from users u where k in (select user_k from orders where note like 'mk%')",
	"select 1 from users u where u.email > all (select note from orders)",
	"select 1 from users u join orders o on o.note > u.email",
	"select 1 from users u left join orders o on o.note = 'mk-orders-note-1' and u.k = o.k",
	"select 1 from users join orders using (k)",
	"select 1 from users natural join s.secrets",
	"select row_number() over (order by email like 'mk%', k) = 1, k from users",
	"select k, rank() over (order by email) from users",
	"select k, count(*) over (partition by email like 'mk%') from users",
	"select k, count(*) over w from users window w as (partition by email like 'mk%')",
	"select k, lag(k) over (v order by name) from users window v as (partition by email like 'mk%')",
	"select array_agg(k order by email desc) from users",
	"select string_agg(k, ',' order by email desc) filter (where name like 'mk%') from users",
	"select rank('mk-users-email-2') within group (order by email) from users",
	"select 1 from (select k from users where email like 'mk%') d",
	"select 1 from (select k from users union select k from orders where note like 'mk%') d",
	"select k from users except select k from orders where note like 'mk%'",
	"select 1 where exists (select email from users intersect select note from orders)",
	"select k from users except all select k from orders",
	"select k from users intersect all select user_k from orders",
	"with c as (select k from users where email like 'mk%') select 1 from c",
	"with recursive r as (select 1 as n union all select n + 1 from r where n < (select count(*) from users where email like 'mk%')) select count(*) from r",
	"select n from generate_series(1, (select count(*) from users where email like 'mk%')) as g (n)",
	"select 1 from docs, unnest(string_to_array(data ->> 'x', '-')) as t (x)",
	"select 1 from docs, jsonb_array_elements(data -> 'y') e where e.value = '\"mk-docs-data-10\"'",
	"select k from (select k, regexp_matches(email, 'mk', 'g') from users) d",
	"select k from (select k, generate_series(1, length(email)) from users) d",
	"select k from (select k, case when email like 'mk%' then 1 end as x from users) d where x = 1",
	"select 1 from users u, xmltable('/r/a' passing xmlparse(content '<r>' || replace(u.email, 'mk', '<a/>') || '</r>') columns o for ordinality) x",
	"select 1 from docs where tags && array['mk-docs-tags-1']",
	"select 1 from docs where 'mk-docs-tags-1' = any (tags)",
	"select 1 from docs where (home).town = 'mk-docs-home-10'",
	"select 1 from docs where tags[1] = 'mk-docs-tags-1'",
	"select 1 from docs where data @> '{\"x\": \"mk-docs-data-1\"}'",
	"select 1 from users u, lateral (select 1 from orders o where o.note > u.email limit 1) l",
	"select (select count(*) from orders o where o.note > u.email) from users u",
	"select 1 from people where nick like 'mk%'",
	"select 1 from visits_a where page like 'mk%'",
	`select 1 from "Odd ""Name" where "select" like 'mk%'`,
	"select 1 from users u where to_jsonb(u) ->> 'email' = 'mk-users-email-1'",
	"select 1 from users u where u::text like '%email-1%'",
	"select 1 from users u where (u).email like 'mk%'",
}
