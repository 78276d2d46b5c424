package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Colour is a user's favourite.
type Colour struct {
	Name      string    `json:"name"`
	UpdatedAt time.Time `json:"updated_at"` // UTC, to the second
}

// Count is how many people like a colour.
type Count struct {
	Name   string `json:"name"`
	People int    `json:"people"`
}

// SetColour saves a user's favourite, in place of the one before.
func (s *Store) SetColour(ctx context.Context, user int64, name string, now time.Time) error {
	// The values stand twice because the databases do not agree on how the
	// UPDATE part may name those of the INSERT part.
	if _, err := s.setColour.ExecContext(ctx, user, name, now, name, now); err != nil {
		return fmt.Errorf("saving a colour: %w", err)
	}
	return nil
}

// Colour is a user's favourite, or ErrNotFound.
func (s *Store) Colour(ctx context.Context, user int64) (Colour, error) {
	var c Colour
	err := s.colour.QueryRowContext(ctx, user).Scan(&c.Name, &c.UpdatedAt)
	if errors.Is(err, sql.ErrNoRows) {
		return Colour{}, ErrNotFound
	}
	if err != nil {
		return Colour{}, fmt.Errorf("querying a colour: %w", err)
	}
	c.UpdatedAt = c.UpdatedAt.UTC() // PostgreSQL's driver gives it in local time
	return c, nil
}

// Popular is the hundred colours that most people like, the most liked first.
func (s *Store) Popular(ctx context.Context) ([]Count, error) {
	rows, err := s.popular.QueryContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("counting colours: %w", err)
	}
	defer rows.Close()
	counts := []Count{}
	for rows.Next() {
		var c Count
		if err := rows.Scan(&c.Name, &c.People); err != nil {
			return nil, fmt.Errorf("reading the count of a colour: %w", err)
		}
		counts = append(counts, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("counting colours: %w", err)
	}
	return counts, nil
}
