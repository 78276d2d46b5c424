// Command demo shows Sallyport at work around the favourite-colours app: the
// six steps of the app with each crossing as the ledger has it, what must not
// pass (first without Sallyport, then through it), and what a changed ledger
// looks like. It then stays up, to be played with.
//
// It knows how to build, start and end the parts, and what it expects of each
// step; with ONCE=1 it ends by itself and its exit status says whether every
// expectation held. It knows nothing of the gateway but its command line, its
// policy file and its ledger's JSON.
//
// Environment: ONCE=1 ends by itself; DATABASE=mariadb, postgres or memory
// chooses the database (without it a MariaDB that is installed is preferred);
// DEMO_DSN names one that runs already, as a go-sql-driver/mysql DSN of an
// administrator, with DEMO_CA the PEM file of its authority; NO_COLOR.
package main
