package app

import (
	"context"
	"errors"

	"github.com/sallyport/sallyport/examples/colours/store"
)

// errWrong is what anyone learns of a log-in that went wrong: not which of the
// two was wrong.
var errWrong = errors.New("wrong email address or password")

// register makes an account. What is wrong with the input comes as Problems.
func (a *App) register(ctx context.Context, c Credentials) (store.User, error) {
	if p := c.validate(); len(p) > 0 {
		return store.User{}, p
	}
	hash, err := a.hasher.Hash(ctx, c.Password)
	if err != nil {
		return store.User{}, err
	}
	id, err := a.store.AddUser(ctx, c.Email, hash, a.now().UTC())
	if errors.Is(err, store.ErrTaken) {
		return store.User{}, Problems{"email": "There is an account with this address. Log in instead?"}
	}
	if err != nil {
		return store.User{}, err
	}
	return store.User{ID: id, Email: c.Email, PasswordHash: hash}, nil
}

// authenticate finds the account that the credentials open, or errWrong.
func (a *App) authenticate(ctx context.Context, c Credentials) (store.User, error) {
	if len(c.validate()) > 0 {
		return store.User{}, errWrong // no account has such a password or address
	}
	u, err := a.store.UserByEmail(ctx, c.Email)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return store.User{}, err
	}
	ok, err := a.hasher.Check(ctx, u.PasswordHash, c.Password)
	if err != nil {
		return store.User{}, err
	}
	if !ok {
		return store.User{}, errWrong
	}
	return u, nil
}
