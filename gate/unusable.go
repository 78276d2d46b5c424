package gate

import (
	"log/slog"

	"github.com/sallyport/sallyport/policy"
)

// Unusable logs that a door could not log in at its database: the host, and the
// key of the policy that has the login, named or the door's own. What the client
// is told says neither.
func Unusable(log *slog.Logger, d *policy.Door, named string, err error) {
	login, key := d.Login, "login"
	if named != "" {
		login, key = d.Logins[named], "logins."+named
	}
	log.Warn("The database cannot be used.", "door", d.Name, "at", d.At.String(), "host", d.To.Host, "key", key, "user", login.User, "error", err,
		"check", "sallyport grants verify logs in as the door does")
}
