package store

import (
	"context"
	"fmt"
)

// Search lists colours by name. It is WRONG on purpose and reachable only with
// -vulnerable: it puts what the client sent into the SQL text itself, so that
// ' OR '1'='1 lists everything and a UNION reaches other tables.
func (s *Store) Search(ctx context.Context, name string) ([]string, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT name FROM colours WHERE name = '"+name+"'")
	if err != nil {
		return nil, fmt.Errorf("searching colours: %w", err)
	}
	defer rows.Close()
	found := []string{}
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			return nil, fmt.Errorf("reading a found colour: %w", err)
		}
		found = append(found, n)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("searching colours: %w", err)
	}
	return found, nil
}
