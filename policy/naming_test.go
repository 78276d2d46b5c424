package policy

import (
	"testing"

	"github.com/sallyport/sallyport"
)

func TestPostgresNames(t *testing.T) {
	for _, tt := range []struct {
		pattern string
		use     sallyport.TableUse
		want    bool
	}{
		{"orders", sallyport.TableUse{Name: "orders"}, true},
		{"orders", sallyport.TableUse{Schema: "public", Name: "orders"}, true},
		{"public.orders", sallyport.TableUse{Name: "orders"}, true},
		{"public.*", sallyport.TableUse{Name: "orders"}, true},
		{"orders", sallyport.TableUse{Schema: "sales", Name: "orders"}, false},
		{"orders", sallyport.TableUse{Name: "Orders"}, false},
		{"orders", sallyport.TableUse{Schema: "public", Name: "*"}, false},
		{"*", sallyport.TableUse{Schema: "sales", Name: "orders"}, true},
		{"*", sallyport.TableUse{Schema: "mysql", Name: "orders"}, true},
		{"*", sallyport.TableUse{Schema: "pg_catalog", Name: "pg_class"}, false},
		{"*", sallyport.TableUse{Schema: "pg_temp_3", Name: "t"}, false},
		{"*", sallyport.TableUse{Schema: "information_schema", Name: "tables"}, false},
		{"pg_catalog.*", sallyport.TableUse{Schema: "pg_catalog", Name: "pg_class"}, true},
	} {
		p := bare("postgres", Rule{Tables: []string{tt.pattern}})
		c := sallyport.Crossing{Door: "d", From: app("x", "", sallyport.ProofPassword), Act: &sallyport.Statement{
			Kind: "select", Kinds: []string{"select"}, Database: "shop", Tables: []sallyport.TableUse{tt.use}}}
		if _, got := p.Match(&c); got != tt.want {
			t.Errorf("%s covers %s: %v, want %v", tt.pattern, tt.use, got, tt.want)
		}
	}
	for _, tt := range []struct {
		p, q string
		want bool
	}{{"public.*", "orders", true}, {"orders", "public.orders", true}, {"*", "sales.t", true}, {"*", "pg_catalog.pg_class", false}} {
		p, _, _ := postgresNames.parse(tt.p)
		q, _, _ := postgresNames.parse(tt.q)
		if got := postgresNames.includes(p, q); got != tt.want {
			t.Errorf("%s includes %s: %v", tt.p, tt.q, got)
		}
	}
}
