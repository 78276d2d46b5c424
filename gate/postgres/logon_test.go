package postgresgate

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	wire "github.com/sallyport/sallyport/wire/postgres"
)

func TestLogons(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	try := func(change func(*pgx.ConnConfig)) error {
		cfg := h.config()
		change(cfg)
		c, err := pgx.ConnectConfig(context.Background(), cfg)
		if err == nil {
			c.Close(context.Background())
		}
		return err
	}
	for name, change := range map[string]func(*pgx.ConnConfig){
		"bound to the channel": func(c *pgx.ConnConfig) { c.ChannelBinding = "require" },
		"not bound":            func(c *pgx.ConnConfig) { c.ChannelBinding = "disable" },
		"the next password":    func(c *pgx.ConnConfig) { c.Password = "the next one" },
		"no database":          func(c *pgx.ConnConfig) { c.Database = "" },
		"libpq's default":      func(c *pgx.ConnConfig) { c.Database = c.User },
		"parameters": func(c *pgx.ConnConfig) {
			c.RuntimeParams = map[string]string{"application_name": "x", "DateStyle": "German", "client_encoding": "'utf-8'",
				"options": "-c TimeZone=UTC --extra-float-digits=2", "replication": "false"}
		},
	} {
		if err := try(change); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if e := h.book.Last(t, "logon"); e.Effect != "allow" || e.From.Name != "app" || e.From.Proof != "password" {
			t.Errorf("%s is recorded as %s", name, e.Text)
		}
	}
	param := func(name, value string) func(*pgx.ConnConfig) {
		return func(c *pgx.ConnConfig) { c.RuntimeParams[name] = value }
	}
	for name, tt := range map[string]struct {
		change         func(*pgx.ConnConfig)
		state, in, out string // the SQLSTATE, the reason that the ledger has, and the one that the client gets
	}{
		"a wrong password":       {func(c *pgx.ConnConfig) { c.Password = "wrong" }, "28P01", "bad-credentials", "access denied"},
		"an unknown name":        {func(c *pgx.ConnConfig) { c.User = "nobody" }, "28P01", "bad-credentials", "access denied"},
		"the database's own":     {func(c *pgx.ConnConfig) { c.User, c.Password = h.db.User, h.db.Password }, "28P01", "bad-credentials", "access denied"},
		"a wrong address":        {func(c *pgx.ConnConfig) { c.User, c.Password = "far", "far away" }, "28P01", "wrong-address", "access denied"},
		"in the clear":           {inTheClear, "08004", "tls-required", "tls-required"},
		"another database":       {func(c *pgx.ConnConfig) { c.Database = "postgres" }, "3D000", "protocol", "database"},
		"replication":            {param("replication", "database"), "08P01", "protocol", "replication"},
		"another encoding":       {param("client_encoding", "SJIS"), "08P01", "protocol", "client_encoding"},
		"a path that is no list": {param("search_path", "a b"), "08P01", "protocol", "no value"},
		"a role":                 {param("role", "postgres"), "08P01", "protocol", "sets"},
		"options with a role":    {param("options", "-c role=postgres"), "08P01", "protocol", "sets"},
		"options with a blank":   {param("options", `-c TimeZone=UTC\ -c\ role=x`), "08P01", "protocol", "sets"},
		"options of the server":  {param("options", "-d 5"), "08P01", "protocol", "sets"},
		"options that are short": {param("options", "-c"), "08P01", "protocol", "sets"},
	} {
		err := try(tt.change)
		wantError(t, err, tt.state, tt.out)
		if e := h.book.Last(t, "logon"); e.Effect != "deny" || e.Code() != tt.in {
			t.Errorf("%s is recorded as %s", name, e.Text)
		}
	}
}

func TestWrongTriesWait(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	cfg := h.config()
	cfg.Password = "wrong"
	for range 6 {
		_, err := pgx.ConnectConfig(context.Background(), cfg)
		wantError(t, err, "28P01")
	}
	cfg.Password = doorPassword
	_, err := pgx.ConnectConfig(context.Background(), cfg)
	wantError(t, err, "28P01")
}

// TestNewPasswordsCountAtOnce has a reload bring other secrets.
func TestNewPasswordsCountAtOnce(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	h.conn()
	h.world.Vars["DOOR"] = "another one by now"
	h.reload(setup{allow: openPolicy})
	cfg := h.config()
	_, err := pgx.ConnectConfig(context.Background(), cfg)
	wantError(t, err, "28P01")
	h.conn(func(c *pgx.ConnConfig) { c.Password = "another one by now" })
}

// TestBeforeTheLogin sends what is no login.
func TestBeforeTheLogin(t *testing.T) {
	h := start(t, setup{allow: openPolicy, more: "    limits: {handshake: 500ms}"})
	c := h.raw(t)
	c.send(wire.GSSENCRequest.Append(nil))
	if yes, err := c.c.R.ReadEncryptionAnswer(wire.GSSENCRequest); err != nil || yes {
		t.Error("GSS encryption was not answered no:", err)
	}
	c.secure(h).login()
	// Bytes ahead of TLS, as somebody between the two would slip them in.
	c = h.raw(t)
	start := wire.StartupMessage{Version: wire.Version30, Params: []wire.Parameter{{Name: "user", Value: "app"}}}
	c.send(start.Append(wire.SSLRequest.Append(nil)))
	if _, err := c.c.R.ReadEncryptionAnswer(wire.SSLRequest); err != nil {
		t.Fatal(err)
	}
	c.refused("08P01", "ahead of TLS")
	for name, b := range map[string][]byte{
		"TLS without a request": {0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3},
		"HTTP":                  []byte("GET / HTTP/1.1\r\n\r\n"),
		"a version of old":      {0, 0, 0, 8, 0, 2, 0, 0},
		"too short":             {0, 0, 0, 4},
		"no end":                {0, 0, 0, 12, 0, 3, 0, 0, 'u', 's', 'e', 'r'},
	} {
		c := h.raw(t)
		c.send(b)
		c.refused("08P01", "protocol")
		if e := h.book.Last(t, "logon"); e.Code() != "protocol" {
			t.Errorf("%s is recorded as %s", name, e.Text)
		}
	}
	c = h.raw(t).secure(h)
	c.send(start.Append(nil))
	c.read()
	c.send(wire.AppendQuery(nil, "SELECT 1"))
	c.refused("08P01", "protocol")
	c = h.raw(t)
	c.send(wire.SSLRequest.Append(nil))
	c.nc.Read(make([]byte, 1))
	c.gone() // the handshake's time is over
	newer := wire.StartupMessage{Version: wire.Version32, Params: []wire.Parameter{{Name: "user", Value: "app"}, {Name: "_pq_.x", Value: "1"}}}
	c = h.raw(t).secure(h)
	c.send(newer.Append(nil))
	if typ, p := c.read(); typ != wire.MsgNegotiateProtocolVersion {
		t.Errorf("a newer version was answered by %s", wire.Backend.Name(typ))
	} else if n, err := wire.DecodeNegotiateProtocolVersion(p); err != nil || n.Newest != wire.Version30 || len(n.Options) != 1 {
		t.Errorf("%+v, %v", n, err)
	}
}

func TestCancel(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	c := h.conn()
	ended := make(chan error, 1)
	go func() {
		_, err := c.Exec(context.Background(), "SELECT pg_sleep(60) AS cancelled")
		ended <- err
	}()
	h.running("AS cancelled", 1)
	wrong := h.raw(t)
	wrong.send((&wire.CancelRequest{ProcessID: c.PgConn().PID(), Key: []byte("1234")}).Append(nil))
	wrong.gone()
	if e := h.book.Last(t, "logon"); e.Code() != "bad-credentials" {
		t.Errorf("a wrong key is recorded as %s", e.Text)
	}
	if err := c.PgConn().CancelRequest(context.Background()); err != nil {
		t.Fatal(err)
	}
	wantError(t, <-ended, "57014")
	if got := scan1(t, c, "SELECT 1"); got != "1" {
		t.Errorf("got %q", got)
	}
	pid := c.PgConn().PID()
	c.Close(context.Background())
	for len(h.door.sessions.List()) > 0 {
	}
	if s := h.door.keys.find(&wire.CancelRequest{ProcessID: pid, Key: []byte("1234")}); s != nil || len(h.door.keys.of) != 0 {
		t.Errorf("%d keys are left", len(h.door.keys.of))
	}
}
