package demodb

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"

	sqle "github.com/dolthub/go-mysql-server"
	"github.com/dolthub/go-mysql-server/memory"
	"github.com/dolthub/go-mysql-server/server"
	"github.com/dolthub/go-mysql-server/sql"
	"github.com/dolthub/go-mysql-server/sql/mysql_db"
	"github.com/sirupsen/logrus"
)

// database is the schema that every server here begins with.
const database = "colours"

// Memory starts go-mysql-server in this process. Its tables live in memory and
// go with it.
func Memory(ctx context.Context) (*Server, error) {
	id, err := NewIdentity("localhost")
	if err != nil {
		return nil, err
	}
	// The library logs every connection through logrus' global logger.
	logrus.SetOutput(io.Discard)

	db := memory.NewDatabase(database)
	db.EnablePrimaryKeyIndexes() // foreign keys need them
	pro := memory.NewDBProvider(db)
	engine := sqle.NewDefault(pro)
	s := &Server{
		Engine: MySQL, Kind: "go-mysql-server, in this process",
		Name: "localhost", CA: id.CA,
		User: "dba", Password: Secret(), Database: database,
	}
	accounts := engine.Analyzer.Catalog.MySQLDb
	accounts.SetEnabled(true)
	accounts.SetPersister(&mysql_db.NoopPersister{}) // without one, CREATE USER panics
	ed := accounts.Editor()
	accounts.AddSuperUser(ed, s.User, "%", s.Password)
	ed.Close()

	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for the in-process database: %w", err)
	}
	s.Addr = ln.Addr().String()
	srv, err := server.NewServer(server.Config{
		Protocol:                     "tcp",
		Address:                      s.Addr,
		Listener:                     ln,
		Version:                      "8.0.36",
		TLSConfig:                    &tls.Config{Certificates: []tls.Certificate{id.pair}, MinVersion: tls.VersionTLS12},
		RequireSecureTransport:       true,
		DisableClientMultiStatements: true,
		MaxLoggedQueryLen:            -1,
	}, engine, sql.NewContext, memory.NewSessionBuilder(pro), nil)
	if err != nil {
		ln.Close()
		return nil, fmt.Errorf("making the in-process database: %w", err)
	}
	go func() {
		if err := srv.Start(); err != nil {
			slog.Error("The in-process database ended.", "error", err)
		}
	}()
	s.close = srv.Close
	if err := s.Ready(ctx); err != nil {
		srv.Close()
		return nil, err
	}
	return s, nil
}
