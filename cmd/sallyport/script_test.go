package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sallyport/sallyport/internal/testdb"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sallyport": main})
}

// TestScripts runs the whole program against real servers: one scenario a file.
// Beyond testscript's own commands a scenario has those of stage.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:      "../../testdata/script",
		Deadline: time.Now().Add(10 * time.Minute),
		Setup: func(env *testscript.Env) error {
			docs, err := filepath.Abs("../../docs")
			if err != nil {
				return err
			}
			s := &stage{dir: env.WorkDir, docs: docs}
			env.Values[stageKey{}] = s
			env.Defer(s.close)
			env.Setenv("HOME", env.WorkDir)
			return s.certificates()
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"app":     withStage((*stage).app),
			"gateway": withStage((*stage).gateway),
			"http":    withStage((*stage).http),
			"guess":   withStage((*stage).guess),
			"logged":  withStage((*stage).logged),
			"metrics": withStage((*stage).metrics),
			"sql":     withStage((*stage).sql),
			"fill":    withStage((*stage).fill),
			"anchors": withStage((*stage).anchors),
			"flip":    withStage((*stage).flip),
			"flood":   withStage((*stage).flood),
			"hang":    withStage((*stage).hang),
			"size":    withStage((*stage).size),
			"database": func(ts *testscript.TestScript, neg bool, args []string) {
				ts.Value(stageKey{}).(*stage).database(ts, testdb.MariaDB(t))
			},
			"postgres": func(ts *testscript.TestScript, neg bool, args []string) {
				ts.Value(stageKey{}).(*stage).postgres(ts, testdb.Postgres(t))
			},
			"pg":          withStage((*stage).pg),
			"administer":  administer(t),
			"certificate": withStage((*stage).certificate),
		},
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
	})
}
