package store

import (
	"context"
	"database/sql"
	"fmt"
)

var schema = []string{
	`CREATE TABLE IF NOT EXISTS users (
		id            BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
		email         VARCHAR(254) NOT NULL,
		password_hash VARCHAR(255) NOT NULL,
		created_at    DATETIME     NOT NULL,
		UNIQUE KEY users_email (email)
	)`,
	`CREATE TABLE IF NOT EXISTS colours (
		user_id    BIGINT      NOT NULL PRIMARY KEY,
		name       VARCHAR(40) NOT NULL,
		updated_at DATETIME    NOT NULL,
		CONSTRAINT colours_user FOREIGN KEY (user_id) REFERENCES users (id)
	)`,
}

// Migrate makes the tables that are not there. It wants a login that may
// create tables, which is not the app's, and it may run as often as one likes.
func Migrate(ctx context.Context, db *sql.DB) error {
	for _, q := range schema {
		if _, err := db.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("making the tables: %w", err)
		}
	}
	return nil
}
