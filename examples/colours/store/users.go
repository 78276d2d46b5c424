package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// User is somebody with an account.
type User struct {
	ID           int64
	Email        string // lower case
	PasswordHash string // in PHC string format; see app.Hasher
}

// AddUser makes an account and returns its id. Where the address has one
// already the error is ErrTaken.
func (s *Store) AddUser(ctx context.Context, email, passwordHash string, now time.Time) (int64, error) {
	id, err := s.dialect.insert(ctx, s.addUser, email, passwordHash, now)
	if err != nil && s.dialect.taken(err) {
		return 0, ErrTaken
	}
	if err != nil {
		return 0, fmt.Errorf("inserting a user: %w", err)
	}
	return id, nil
}

// UserByEmail finds an account by its address in lower case, or gives ErrNotFound.
func (s *Store) UserByEmail(ctx context.Context, email string) (User, error) {
	var u User
	err := s.findUser.QueryRowContext(ctx, email).Scan(&u.ID, &u.Email, &u.PasswordHash)
	if errors.Is(err, sql.ErrNoRows) {
		return User{}, ErrNotFound
	}
	if err != nil {
		return User{}, fmt.Errorf("querying a user: %w", err)
	}
	return u, nil
}
