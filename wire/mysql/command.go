package mysql

import "fmt"

// Command is the first byte of a command packet.
type Command byte

// The commands of MySQL 8 and MariaDB 11.
const (
	ComSleep            Command = 0x00
	ComQuit             Command = 0x01
	ComInitDB           Command = 0x02
	ComQuery            Command = 0x03
	ComFieldList        Command = 0x04
	ComCreateDB         Command = 0x05
	ComDropDB           Command = 0x06
	ComRefresh          Command = 0x07
	ComShutdown         Command = 0x08
	ComStatistics       Command = 0x09
	ComProcessInfo      Command = 0x0A
	ComConnect          Command = 0x0B
	ComProcessKill      Command = 0x0C
	ComDebug            Command = 0x0D
	ComPing             Command = 0x0E
	ComTime             Command = 0x0F
	ComDelayedInsert    Command = 0x10
	ComChangeUser       Command = 0x11
	ComBinlogDump       Command = 0x12
	ComTableDump        Command = 0x13
	ComConnectOut       Command = 0x14
	ComRegisterSlave    Command = 0x15
	ComStmtPrepare      Command = 0x16
	ComStmtExecute      Command = 0x17
	ComStmtSendLongData Command = 0x18
	ComStmtClose        Command = 0x19
	ComStmtReset        Command = 0x1A
	ComSetOption        Command = 0x1B
	ComStmtFetch        Command = 0x1C
	ComDaemon           Command = 0x1D
	ComBinlogDumpGTID   Command = 0x1E
	ComResetConnection  Command = 0x1F
	ComClone            Command = 0x20
	ComSubscribeGroup   Command = 0x21
	ComStmtBulkExecute  Command = 0xFA
	ComSlaveWorker      Command = 0xFB
	ComSlaveIO          Command = 0xFC
	ComSlaveSQL         Command = 0xFD
	ComMulti            Command = 0xFE
)

var commandNames = [...]string{
	"COM_SLEEP", "COM_QUIT", "COM_INIT_DB", "COM_QUERY", "COM_FIELD_LIST", "COM_CREATE_DB",
	"COM_DROP_DB", "COM_REFRESH", "COM_SHUTDOWN", "COM_STATISTICS", "COM_PROCESS_INFO",
	"COM_CONNECT", "COM_PROCESS_KILL", "COM_DEBUG", "COM_PING", "COM_TIME", "COM_DELAYED_INSERT",
	"COM_CHANGE_USER", "COM_BINLOG_DUMP", "COM_TABLE_DUMP", "COM_CONNECT_OUT",
	"COM_REGISTER_SLAVE", "COM_STMT_PREPARE", "COM_STMT_EXECUTE", "COM_STMT_SEND_LONG_DATA",
	"COM_STMT_CLOSE", "COM_STMT_RESET", "COM_SET_OPTION", "COM_STMT_FETCH", "COM_DAEMON",
	"COM_BINLOG_DUMP_GTID", "COM_RESET_CONNECTION", "COM_CLONE",
	"COM_SUBSCRIBE_GROUP_REPLICATION_STREAM",
}

// String returns the manual's name of the command, COM_… in capitals.
func (c Command) String() string {
	if int(c) < len(commandNames) {
		return commandNames[c]
	}
	switch c {
	case ComStmtBulkExecute:
		return "COM_STMT_BULK_EXECUTE"
	case ComSlaveWorker:
		return "COM_SLAVE_WORKER"
	case ComSlaveIO:
		return "COM_SLAVE_IO"
	case ComSlaveSQL:
		return "COM_SLAVE_SQL"
	case ComMulti:
		return "COM_MULTI"
	}
	return fmt.Sprintf("COM_0x%02X", byte(c))
}

// Silent reports whether a server sends nothing in answer to the command.
func (c Command) Silent() bool {
	return c == ComQuit || c == ComStmtClose || c == ComStmtSendLongData
}
