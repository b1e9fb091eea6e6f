package rig

import (
	_ "embed"
	"encoding/json"
)

// Fault is what happens to a project that streams, or to the computer under it: what must be shown, and what heals it.
// TestEveryFaultIsSeenAndHealed brings those about that no other test does, and docs/faults.md shows all.
type Fault struct {
	Name   string
	Phase  string // as it stands in --json ("error": it says why it cannot); empty: nothing may change, the project streams on
	Says   string // a part of what is said of it; empty: the phase says it all
	By     Healer
	Slow   bool   // tried only by `go run ./build faults`
	Test   string // of the tests, the one that tries it; empty: the matrix does, and has measured it
	En, Zh string // what happens; of one of Provocations, its own words

	ShownEn, ShownZh string // where a test of the desktop tries it
}

// FaultGroup is what the faults of a group happen to.
type FaultGroup struct {
	En, Zh string
	Faults []Fault
}

// Healer is who makes it good again.
type Healer string

// Who heals a fault: StreamTray, whoever takes the cause away (StreamTray carries on then), or one command of StreamTray's.
const (
	Itself  Healer = "itself"
	Cause   Healer = "cause"
	Command Healer = "command"
	Nobody  Healer = "" // nothing is broken by it, or its test ends with what is said
)

// Tests that try faults of the matrix too, and within how many seconds the first wants what is shown.
const (
	SituationsWithin = 5

	SituationsTest = "TestThePhaseIsRightInEverySituation"
	ProvokedTest   = "TestEveryProvokedFailureIsNamed"
)

// Faults are all of the matrix, by what they happen to, in the order in which they are tried.
func Faults() []FaultGroup {
	return []FaultGroup{
		{"App", "应用", []Fault{
			{Name: "app-killed", Phase: "degraded", By: Itself, En: "it is killed", Zh: "应用被强制终止"},
			{Name: "app-exit", Phase: "degraded", By: Itself, En: "it ends with exit code 0", Zh: "应用以退出码 0 退出"},
			{Name: "app-fork", Phase: "degraded", By: Itself, En: "it leaves a child behind and ends", Zh: "应用留下一个子进程后退出"},
			{Name: "app-memory", Phase: "degraded", By: Itself, Slow: true, En: "it takes more and more memory, and ends at its limit", Zh: "应用占用的内存不断增加，达到上限后退出"},
			{Name: "app-flood", Slow: true, En: "it writes some 100,000 lines in a few seconds", Zh: "应用在几秒内输出约 100000 行日志"},
			{Name: "app-hang", Phase: "degraded", Says: "does not answer any more", By: Cause, En: "it hangs (SIGSTOP)", Zh: "应用卡住（SIGSTOP）"},
			{Name: "app-stubborn", Phase: "starting", By: Itself, Slow: true, En: "it ignores that it is to end, and is restarted", Zh: "应用忽略结束信号时被重新启动"},
			{Name: "app-toggled", Phase: "ready", By: Command, En: "it is killed while streaming is being switched off", Zh: "正在关闭流式推送时，应用被强制终止"},
			{Name: "app-port", Phase: "failed", Says: "is already used by", By: Cause, En: "it ends, and another program takes its port", Zh: "应用退出后，端口被其他程序占用"},
			{Name: "app-loop", Phase: "failed", By: Cause, Slow: true, En: "it ends at each start", Zh: "应用每次启动后立即退出"},
			{Name: "app-address", Phase: "degraded", Says: "The app connects to Kafka at 127.0.0.1:19299", By: Cause, En: "it connects to an address where nothing listens", Zh: "应用连接没有服务监听的地址"},
			{Name: "app-ipv6", Phase: "degraded", Says: "The app connects to Kafka at [::1]:19296", By: Cause, En: "it connects by IPv6, where Kafka does not listen", Zh: "应用通过 IPv6 连接，而 Kafka 没有在 IPv6 上监听"},
			{Name: "dropped", By: Cause, Test: SituationsTest, En: "it closes its connection to Kafka", Zh: "应用关闭与 Kafka 的连接"},
			{Name: "app-large", Phase: "degraded", Says: "reports a failure", By: Cause, En: "its records are too large for the broker", Zh: "应用发送的记录超过 broker 的上限"},
			{Name: "another-kafka", By: Cause, Test: SituationsTest, En: "it connects to another Kafka", Zh: "应用连接到另一个 Kafka"},
			{Name: "login-wrong", By: Cause, Test: SituationsTest, En: "it logs in with a wrong password (SASL)", Zh: "应用使用错误的密码登录（SASL）"},
			{Name: "app-module", Test: ProvokedTest},
			{Name: "app-topic", Test: ProvokedTest},
		}},
		{"Files", "文件", []Fault{
			{Name: "yaml-broken", By: Nobody, En: "streamtray.yaml is half written while it streams", Zh: "流式推送期间 streamtray.yaml 只写了一半"},
			{Name: "compose-removed", By: Nobody, En: "the compose file is removed while it streams", Zh: "流式推送期间删除 compose 文件"},
			{Name: "folder-renamed", Phase: "error", Says: "does not exist", By: Cause, En: "the project's folder is renamed, and the app ends", Zh: "项目文件夹改名后应用退出"},
			{Name: "env-locked", Phase: "failed", Says: "cannot be changed", By: Cause, En: "the .env file with the flag cannot be written", Zh: "保存开关的 .env 文件无法写入"},
			{Name: "project-full", Phase: "failed", Says: "cannot be changed", By: Cause, Slow: true, En: "the disk with the project is full, and streaming is switched off", Zh: "项目所在的磁盘已满时关闭流式推送"},
			{Name: "disk-full", By: Nobody, En: "the disk with StreamTray's own files is full", Zh: "StreamTray 自身文件所在的磁盘已满"},
		}},
		{"Containers", "容器", []Fault{
			{Name: "paused", Phase: "degraded", Says: "is paused", By: Cause, En: "Kafka is paused", Zh: "Kafka 容器被暂停"},
			{Name: "renamed", By: Nobody, En: "Kafka's container is renamed", Zh: "Kafka 容器被改名"},
			{Name: "killed", Phase: "degraded", By: Itself, En: "Kafka is killed", Zh: "Kafka 容器被强制终止"},
			{Name: "stopped", Phase: "degraded", By: Itself, Slow: true, En: "Kafka is stopped manually", Zh: "Kafka 容器被手动停止"},
			{Name: "removed", Phase: "degraded", By: Itself, Slow: true, En: "Kafka's container is removed manually", Zh: "Kafka 容器被手动删除"},
			{Name: "port-meanwhile", Phase: "failed", Says: "already used by", By: Cause, Slow: true, En: "Kafka is stopped, and another program takes its port", Zh: "Kafka 停止后，端口被其他程序占用"},
			{Name: "unplugged", Phase: "degraded", By: Cause, Slow: true, En: "Kafka's container loses its network", Zh: "Kafka 容器断开网络"},
			{Name: "oom", Test: ProvokedTest},
			{Name: "nothing-logged", Test: ProvokedTest},
			{Name: "port-container", Test: ProvokedTest},
			{Name: "compose-name-taken", Test: ProvokedTest},
			{Name: "network-gone", Test: ProvokedTest},
		}},
		{"Broker and network", "broker 与网络", []Fault{
			{Name: "broker-hung", Phase: "degraded", By: Cause, Slow: true, En: "the broker hangs (SIGSTOP)", Zh: "broker 卡住（SIGSTOP）"},
			{Name: "topic-deleted", Phase: "degraded", Says: "does not exist", By: Itself, Slow: true, En: "the app's topic is deleted", Zh: "应用的 Topic 被删除"},
			{Name: "loss", By: Nobody, Slow: true, En: "of the packets to the broker 20 % are lost", Zh: "发往 broker 的数据包丢失 20%"},
			{Name: "slow", Phase: "degraded", By: Cause, Slow: true, En: "the broker's answers come 5 s later", Zh: "broker 的响应延迟 5 秒"},
			{Name: "latency", By: Nobody, Slow: true, En: "the broker's answers come 500 ms later", Zh: "broker 的响应延迟 500 毫秒"},
			{Name: "network-cut", By: Cause, Test: SituationsTest, En: "what the app sends is lost on its way", Zh: "应用发送的数据在途中丢失"},
			{Name: "silenced", By: Cause, Test: SituationsTest, En: "a firewall keeps what the app sends on this computer", Zh: "本机防火墙拦截应用发出的数据"},
			{Name: "client-name", Test: ProvokedTest},
			{Name: "advertised-nowhere", Test: ProvokedTest},
			{Name: "broker-id-twice", Test: ProvokedTest},
			{Name: "leader-gone", By: Cause, Test: "rig: TestAPartitionWithoutALeaderIsNamed", En: "a broker that is not the project's and alone has a topic's partition is stopped", Zh: "唯一保存某个分区的 broker（不属于本项目）被停止", ShownEn: "`starting` Partition 0 of topic results has no leader yet.", ShownZh: "`starting` Topic results 的分区 0 还没有 leader。"},
			{Name: "controller-gone", Test: ProvokedTest},
			{Name: "cluster-id", Test: ProvokedTest},
			{Name: "data-full", Test: ProvokedTest},
			{Name: "client-min-isr", Test: ProvokedTest},
			{Name: "zookeeper-silent", Test: ProvokedTest},
		}},
		{"StreamTray", "StreamTray", []Fault{
			{Name: "agent-twice", By: Nobody, En: "it is started a second time", Zh: "StreamTray 被再次启动"},
			{Name: "agent-asleep", By: Nobody, En: "it is stopped for 3 s (SIGSTOP), as a computer that sleeps", Zh: "StreamTray 停顿 3 秒（SIGSTOP），类似电脑睡眠"},
			{Name: "agent-killed", Phase: "stopped", Says: "is not running", By: Command, En: "it is killed while it streams", Zh: "流式推送期间 StreamTray 被强制终止"},
			{Name: "agent-killed-starting", Phase: "stopped", Says: "is not running", By: Command, Slow: true, En: "it is killed while the app starts", Zh: "应用启动期间 StreamTray 被强制终止"},
			{Name: "agent-killed-each", Phase: "stopped", Says: "is not running", By: Command, Slow: true, En: "it is killed at the beginning of each step, and once more at the end", Zh: "在每个步骤开始时各强制终止一次，全部完成后再终止一次"},
		}},
		{"Docker engine", "Docker 引擎", []Fault{
			{Name: "engine-frozen", By: Nobody, Slow: true, En: "it hangs (SIGSTOP) while it streams", Zh: "流式推送期间引擎卡住（SIGSTOP）"},
			{Name: "engine-down", Phase: "failed", Says: "Docker is not running", By: Cause, Slow: true, En: "it is stopped", Zh: "引擎被停止"},
			{Name: "engine-disk", Test: ProvokedTest},
			{Name: "engine-api", Test: ProvokedTest},
			{Name: "engine-access", Test: ProvokedTest},
			{Name: "engine-hung", Test: ProvokedTest},
		}},
		{"Desktop", "桌面", []Fault{
			{Name: "no-tray", By: Nobody, Test: "desk: TestWithoutATrayThereIsAWindow", En: "the desktop has no tray", Zh: "桌面没有托盘", ShownEn: "the window opens", ShownZh: "打开窗口"},
			{Name: "no-opengl", By: Nobody, Test: "desk: TestWithoutOpenGLTheTrayStays", En: "no window can be drawn (no OpenGL)", Zh: "无法绘制窗口（没有 OpenGL）", ShownEn: "the tray stays", ShownZh: "托盘仍可用"},
			{Name: "second-start", By: Nobody, Test: "desk: TestAHiddenStartShowsNothingAndASecondStartShowsTheFirst", En: "StreamTray is started a second time", Zh: "再次启动 StreamTray", ShownEn: "the first one's window", ShownZh: "显示第一个实例的窗口"},
			{Name: "session-ends", By: Nobody, Test: "desk: TestTheEndOfTheSessionStopsTheAppAndTheProgram", En: "the session ends", Zh: "会话结束", ShownEn: "nothing; app and program end", ShownZh: "不显示；应用和程序都会退出"},
			{Name: "upgrade", By: Itself, Test: "wine: TestAnUpgradeEndsTheRunningProgramAndStartsItAgain", En: "an upgrade is installed while it runs", Zh: "运行期间安装升级", ShownEn: "it ends and starts again", ShownZh: "退出后重新启动"},
		}},
	}
}

// Measure is what a run of the matrix has seen of a fault.
type Measure struct {
	Seen   int    `json:"seen,omitempty"`   // within so many seconds the phase was right; 0: nothing was to be seen
	Healed int    `json:"healed,omitempty"` // within so many seconds it streamed again, from when the healing began
	En     string `json:"en,omitempty"`     // what was said, in both languages
	Zh     string `json:"zh,omitempty"`
}

//go:embed faults.json
var measures []byte

// Measures are what the last run of the matrix has written down (-update), by the fault's name.
func Measures() (map[string]Measure, error) {
	var all map[string]Measure
	err := json.Unmarshal(measures, &all)
	return all, err
}
