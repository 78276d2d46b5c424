package demodb

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// patience bounds how long a database may take to answer its administrator.
const patience = 60 * time.Second

// Ready waits until the administrator, or whoever User is, can log in. It gives
// up after a minute.
func (s *Server) Ready(ctx context.Context) error {
	db, err := s.Admin()
	if err != nil {
		return err
	}
	defer db.Close()
	if err := answers(ctx, db); err != nil {
		return fmt.Errorf("waiting for the database at %s: %w", s.Addr, err)
	}
	return nil
}

// answers returns once db answers, or with its last error when patience or ctx
// is at an end.
func answers(ctx context.Context, db *sql.DB) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := db.PingContext(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-tick.C:
		}
	}
}
