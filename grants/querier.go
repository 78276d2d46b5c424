package grants

import "context"

// Querier asks a server. The arguments stand for ? at a MySQL and for $1 at a
// PostgreSQL.
type Querier interface {
	// Rows is the rows of a query, each value as its text and NULL as "". An
	// implementation bounds how many it takes, and errs beyond.
	Rows(ctx context.Context, query string, args ...any) ([][]string, error)
}
