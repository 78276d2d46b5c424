package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/go-sql-driver/mysql"
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
	res, err := s.addUser.ExecContext(ctx, email, passwordHash, now)
	if e, ok := errors.AsType[*mysql.MySQLError](err); ok && e.Number == duplicateKey {
		return 0, ErrTaken
	}
	if err != nil {
		return 0, fmt.Errorf("inserting a user: %w", err)
	}
	id, err := res.LastInsertId()
	if err != nil {
		return 0, fmt.Errorf("reading the new user's id: %w", err)
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
