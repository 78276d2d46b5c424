package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"time"

	"github.com/go-sql-driver/mysql"
)

// duplicateKey is ER_DUP_ENTRY of the MySQL error reference.
const duplicateKey = 1062

var inMySQL = dialect{
	connector: mysqlConnector,
	schema: []string{
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
	},
	addUser:  "INSERT INTO users (email, password_hash, created_at) VALUES (?, ?, ?)",
	findUser: "SELECT id, email, password_hash FROM users WHERE email = ?",
	setColour: "INSERT INTO colours (user_id, name, updated_at) VALUES (?, ?, ?)" +
		" ON DUPLICATE KEY UPDATE name = ?, updated_at = ?",
	colour: "SELECT name, updated_at FROM colours WHERE user_id = ?",
	insert: func(ctx context.Context, stmt *sql.Stmt, args ...any) (int64, error) {
		res, err := stmt.ExecContext(ctx, args...)
		if err != nil {
			return 0, err
		}
		return res.LastInsertId()
	},
	taken: func(err error) bool {
		e, ok := errors.AsType[*mysql.MySQLError](err)
		return ok && e.Number == duplicateKey
	},
}

// mysqlConnector sends values apart from the SQL (interpolateParams off).
func mysqlConnector(o Options) (driver.Connector, error) {
	c := mysql.NewConfig()
	c.Net, c.Addr, c.DBName = "tcp", o.Addr, o.Database
	c.User, c.Passwd = o.User, o.Password
	c.ParseTime, c.Loc = true, time.UTC
	c.Timeout, c.ReadTimeout, c.WriteTimeout = dialTimeout, 30*time.Second, 30*time.Second
	c.InterpolateParams = false
	var err error
	if c.TLS, err = o.tls(); err != nil {
		return nil, err
	}
	return mysql.NewConnector(c)
}
