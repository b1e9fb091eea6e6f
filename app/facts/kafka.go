package facts

import (
	"cmp"
	"net"
	"slices"
	"strings"
	"unicode"

	"streamtray/app/pyast"
	"streamtray/internal/lazyregexp"
)

// addressKeys are the names under which clients of Kafka are told its address.
var addressKeys = []string{
	"bootstrap_servers", "bootstrap.servers", "kafka.bootstrap.servers", "broker_address", "metadata.broker.list", "bootstrap_server",
}

// clientCalls are what a client of Kafka is made by, and the position of its address, -1 where it has none.
var clientCalls = map[string]int{
	"KafkaProducer": -1, "KafkaConsumer": -1, "KafkaAdminClient": -1, "AIOKafkaProducer": -1, "AIOKafkaConsumer": -1, "AIOKafkaAdminClient": -1,
	"Producer": -1, "Consumer": -1, "AdminClient": -1, "SerializingProducer": -1, "DeserializingConsumer": -1, "AvroProducer": -1,
	"AvroConsumer": -1, "AIOProducer": -1, "AIOConsumer": -1, "KafkaClient": -1, "KafkaBroker": 0, "KafkaSource": 0, "KafkaSink": 0,
	"StreamEngine": -1, "KafkaRouter": 0,
}

// kafka finds the variables of the address, the flags and the topics.
func (f *Found) kafka(c *code) {
	f.Kafka = slices.ContainsFunc(c.sources, func(s *source) bool { return s.kafka })
	f.Loguru = slices.ContainsFunc(c.sources, func(s *source) bool { return c.usesPackage(s, "loguru") })
	for name := range c.calls {
		f.Producer = f.Producer || strings.HasSuffix(name, "Producer")
	}
	f.addresses(c)
	f.topics(c)
	f.flags(c)
}

// isClientCall reports whether a call makes a client of Kafka: by its name, and, where that is a common word, by what the
// file imports.
func (c *code) isClientCall(b bound) bool {
	last := b.expr.X.Text
	if _, ok := clientCalls[last]; !ok {
		return false
	}
	if strings.Contains(last, "Kafka") && len(c.classes[last]) == 0 {
		return true
	}
	first, _, _ := strings.Cut(b.expr.X.Dotted(), ".")
	i, ok := b.scope.source.names[first]
	return ok && c.isClient(i.module, b.scope.source)
}

// addressed are the expressions that a client of Kafka takes its address from.
func (c *code) addressed() []bound {
	var all []bound
	for _, calls := range c.calls {
		for _, k := range calls {
			for _, e := range append(keyed(k.expr, addressKeys...), c.addressOf(k)) {
				if e != nil {
					all = append(all, bound{e, k.scope})
				}
			}
		}
	}
	for _, key := range addressKeys {
		all = append(all, c.keys[key]...)
	}
	all = slices.DeleteFunc(all, func(b bound) bool { return b.expr == nil })
	slices.SortStableFunc(all, func(a, b bound) int { return byPlace(a.place(), b.place()) })
	return all
}

// addressOf is the argument of a call that holds an address without saying so by its key; nil: none does.
func (c *code) addressOf(k call) *pyast.Expr {
	e := k.expr
	if at, ok := clientCalls[e.X.Text]; ok && at >= 0 && c.isClientCall(k.bound) {
		return e.Arg("brokers", at)
	}
	switch e.X.Text {
	case "KafkaClient":
		return e.Arg("hosts", -1)
	case "App": // faust
		if c.usesPackage(k.scope.source, "faust") {
			return e.Arg("broker", -1)
		}
	case "option", "set_property", "set":
		if key := e.Arg("key", 0); key != nil && key.Kind == pyast.String && slices.Contains(addressKeys, key.Text) {
			return e.Arg("value", 1)
		}
	case "input", "output":
		if c.isOperator(k) {
			return e.Arg("brokers", -1)
		}
	case "set_bootstrap_servers":
		return e.Arg("bootstrap_servers", 0)
	}
	return nil
}

func (b bound) place() Place { return Place{b.scope.source.file, b.expr.Line} }

// usesPackage reports whether a file imports a package.
func (c *code) usesPackage(s *source, pkg string) bool {
	for _, i := range s.names {
		if i.module == pkg || strings.HasPrefix(i.module, pkg+".") {
			return true
		}
	}
	return false
}

// addressName is a variable that by its name holds where Kafka is.
var addressName = lazyregexp.New(`(?i)(kafka|redpanda|broker|bootstrap)`)

var (
	strongName = lazyregexp.New(`(?i)kafka|redpanda|bootstrap`)
	hostPart   = lazyregexp.New(`(?i)(^|_)(host|hostname|ip)$`)
	portPart   = lazyregexp.New(`(?i)(^|_)port$`)
	wordPart   = lazyregexp.New(`(?i)(server|broker|bootstrap|url|uri|addr|endpoint|host|port|kafka)s?(_list)?$`)
)

func (f *Found) addresses(c *code) {
	seen := map[string]bool{}
	add := func(o origin, sure bool) {
		if seen[o.env] {
			return
		}
		seen[o.env] = true
		f.Address = append(f.Address, Variable{Name: o.env, Role: cmp.Or(o.role, roleOf(o)), Default: o.text, Where: o.where, Sure: sure})
	}
	for _, b := range c.addressed() {
		all, _ := c.origins(b)
		for _, o := range all {
			switch {
			case o.env != "" && !addressLike(o):
			case o.env != "":
				add(o, !slices.ContainsFunc(all, func(v origin) bool { return v.piece }))
				if o.role == Port && o.host != "" && o.text != "" {
					f.fixed(Text{o.host + ":" + o.text, b.place()})
				}
			case isAddress(o.text) && !slices.ContainsFunc(all, func(v origin) bool { return v.env != "" }):
				f.fixed(Text{o.text, o.where})
			}
		}
	}
	for _, read := range c.everyRead() {
		for _, o := range read {
			if o.env != "" && addressLike(o) && addressName.MatchString(o.env) && wordPart.MatchString(o.env) && (isAddress(o.text) || o.text == "" || roleOf(o) != Whole) {
				add(o, false)
			}
		}
	}
	slices.SortStableFunc(f.Address, bySure)
	if len(f.Address) == 1 { // nothing else could be meant
		f.Address[0].Sure = f.Address[0].Sure || strongName.MatchString(f.Address[0].Name)
	}
	if len(f.Address) > 0 && f.Address[0].Sure { // what only has the name of one is none beside it
		f.Address = slices.DeleteFunc(f.Address, func(v Variable) bool { return !v.Sure })
	}
}

// fixed notes an address that the code itself names.
func (f *Found) fixed(t Text) {
	t.Value = strings.TrimPrefix(t.Value, "kafka://") // Faust's way to write one
	if !slices.ContainsFunc(f.Fixed, func(o Text) bool { return o.Value == t.Value }) {
		f.Fixed = append(f.Fixed, t)
	}
}

// addressLike leaves out what flows into an address without being one: a protocol, a user.
func addressLike(o origin) bool {
	lower := strings.ToLower(o.env)
	for _, no := range []string{
		"user", "password", "protocol", "mechanism", "group", "topic", "client_id", "secret", "celery", "rabbit", "amqp", "mqtt", "redis",
	} {
		if strings.Contains(lower, no) {
			return false
		}
	}
	return true
}

// roleOf tells by a variable's name and default which part of an address it holds.
func roleOf(o origin) Role {
	switch {
	case portPart.MatchString(o.env) && !strings.Contains(o.text, ":"):
		return Port
	case hostPart.MatchString(o.env) && !strings.Contains(o.text, ":") && o.text != "":
		return Host
	}
	return Whole
}

// isAddress reports whether a text is host:port, several of them, or such a URL.
func isAddress(s string) bool {
	for _, one := range strings.Split(s, ",") {
		_, after, isURL := strings.Cut(strings.TrimSpace(one), "://")
		if !isURL {
			after = strings.TrimSpace(one)
		}
		host, port, err := net.SplitHostPort(after)
		if err != nil || strings.Trim(host, "-._") == "" || port == "" || strings.Trim(port, "0123456789") != "" {
			return false
		}
	}
	return true
}

// topicText is what can be a topic's name.
var topicText = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9._-]{0,248}$`)

// placeholder is a word that stands for a name.
var placeholder = lazyregexp.New(`(?i)^your[-_.]|[-_]here$`)

// keyText is the name under which a topic is looked up, in the environment or a settings file: KAFKA_TOPIC.
var keyText = lazyregexp.New(`^[A-Z0-9_]*TOPIC(_[A-Z0-9_]*)?$`)

// topics finds the topics that the code names.
func (f *Found) topics(c *code) {
	f.users = map[string][]use{}
	for _, b := range c.topical() {
		all, wild := c.origins(b)
		named := false
		for _, o := range all {
			if name := f.topic(o, true); name != "" {
				named = true
				f.users[name] = append(f.users[name], use{b.scope.source, c.byFile[o.where.File], c.inUnusedClass(b.scope)})
			}
		}
		f.Dynamic = f.Dynamic || wild && !named
	}
	defer f.ownVariables()
	used := len(f.Topics) > 0 && !f.Dynamic // then what only has the name of a topic is none
	for _, o := range c.byTopicName() {
		if o.env != "" || !used {
			if name := f.topic(o, o.env != "" || len(f.Topics) == 0 && f.Kafka); name != "" {
				f.users[name] = append(f.users[name], use{in: c.byFile[o.where.File]})
			}
		}
	}
}

// ownVariables leaves a topic the variable that holds its name only where no other topic has the same one: told to all programs, it
// would name one topic for what is another by default.
func (f *Found) ownVariables() {
	of := map[string]int{}
	for _, t := range f.Topics {
		of[t.Env]++
	}
	for i, t := range f.Topics {
		if of[t.Env] > 1 {
			f.Topics[i].Env = ""
		}
	}
}

// use is where the code uses a topic, and where it writes the name; nil: in no file of the code.
type use struct {
	in, written *source
	dead        bool // it is in a class that nothing uses
}

// inUnusedClass reports whether a scope is within a class that the code does not name again.
func (c *code) inUnusedClass(in *scope) bool {
	for s := in; s != nil; s = s.outer {
		if s.stmt != nil && s.stmt.Word == pyast.Class && len(s.stmt.Decorators) == 0 && !c.mentioned()[s.stmt.Name] {
			return true
		}
	}
	return false
}

// everyMentioned are the names and the words of texts in the code: what is not among them, only an import may name.
func (c *code) everyMentioned() map[string]bool {
	all := map[string]bool{}
	note := func(e *pyast.Expr) {
		switch e.Kind {
		case pyast.Name, pyast.Attr:
			all[e.Text] = true
		case pyast.String:
			for _, word := range strings.FieldsFunc(e.Text, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
				all[word] = true
			}
		default:
		}
	}
	for _, s := range c.sources {
		pyast.Walk(s.module.Body, func(st *pyast.Stmt) bool {
			st.Each(func(e *pyast.Expr) {
				if st.Word != pyast.Class || e != st.Value.X { // which is its own name
					note(e)
				}
			})
			return true
		})
	}
	return all
}

// unusedTopics makes unsure the topics that only programs use which may be old or tries, or a class that nothing uses, and, where
// the code names its topics, those that only a compose file makes.
func (f *Found) unusedTopics(c *code) {
	if f.Dynamic || len(f.users) == 0 {
		return
	}
	of := map[bool]map[*source]bool{true: {}, false: {}} // by whether the program is sure: what it reaches
	for _, p := range f.Programs {
		if s := c.byFile[p.File]; s != nil {
			for _, r := range c.reach(s) {
				of[p.Sure][r] = true
			}
		}
	}
	for i, t := range f.Topics {
		uses := f.users[t.Name]
		old := func(s *source) bool { return s != nil && of[false][s] && !of[true][s] }
		live := slices.ContainsFunc(uses, func(u use) bool { return !old(u.in) && !old(u.written) && !u.dead })
		if made := len(uses) == 0 && c.byFile[t.Where.File] == nil; made || len(uses) > 0 && !live && len(of[true]) > 0 {
			f.Topics[i].Sure = false
		}
	}
}

// givenTopics finds the topics that the programs are given on their command lines, by an option that their code declares.
func (f *Found) givenTopics(c *code) {
	for _, p := range f.Programs {
		for i, w := range p.Command {
			name, value, joined := strings.Cut(w, "=")
			key := c.optionOf(name)
			if !strings.Contains(key, "topic") || aboutTopic.MatchString(key) {
				continue
			}
			if !joined && i+1 < len(p.Command) {
				value = p.Command[i+1]
			}
			for _, one := range strings.Split(value, ",") {
				one = strings.TrimSpace(one)
				f.topic(origin{text: one, where: c.tree.onward(p.Where, one)}, p.Sure)
			}
		}
	}
}

// optionOf is what the code calls the value of an option, -t or --topic; empty: it declares none of that name.
func (c *code) optionOf(option string) string {
	if key := strings.ReplaceAll(strings.TrimLeft(option, "-"), "-", "_"); strings.HasPrefix(option, "--") && len(c.options[key]) > 0 {
		return key
	}
	for key, declared := range c.options {
		for _, b := range declared {
			if strings.HasPrefix(option, "-") && slices.ContainsFunc(b.expr.Items, func(e *pyast.Expr) bool { return e.Kind == pyast.String && e.Text == option }) {
				return key
			}
		}
	}
	return ""
}

// topic adds a topic, and returns its name; empty: the origin names none.
func (f *Found) topic(o origin, sure bool) string {
	name := o.text
	if name == "" && o.env != "" {
		name = f.given(o.env)
	}
	if placeholder.MatchString(name) { // it is for a person to say
		f.Dynamic = true
		return ""
	}
	if !topicText.MatchString(name) || o.kind == pyast.Number || name == "None" || keyText.MatchString(name) {
		if o.env != "" && name == "" || keyText.MatchString(name) {
			f.Dynamic = true
		}
		return ""
	}
	for i, t := range f.Topics {
		if t.Name == name {
			f.Topics[i].Sure = t.Sure || sure
			f.Topics[i].Env = cmp.Or(t.Env, o.env)
			return name
		}
	}
	f.Topics = append(f.Topics, Topic{Name: name, Env: o.env, Where: o.where, Sure: sure})
	return name
}

// topical are the expressions that clients of Kafka take topics from.
func (c *code) topical() []bound {
	var all []bound
	for name, calls := range c.calls {
		topics := topicArguments[name]
		if topics == nil {
			continue
		}
		for _, k := range calls {
			for _, e := range topics(c, k) {
				if e != nil {
					all = append(all, bound{e, k.scope})
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b bound) int { return byPlace(a.place(), b.place()) })
	return all
}

// topicArguments are, by what is called, the arguments that hold topics; none where it is no call of a client's.
var topicArguments = map[string]func(c *code, k call) []*pyast.Expr{
	"KafkaConsumer":    consumed,
	"AIOKafkaConsumer": consumed,
	"send":             sent("topic"),
	"send_and_wait":    sent("topic"),
	"produce":          sent("topic"),
	"send_soon":        sent("topic"),
	"subscribe":        sent("topics"),
	"NewTopic":         named,
	"TopicPartition":   named,
	"topic":            streamed,
	"channel":          streamed,
	"subscriber":       subscribed,
	"publisher":        subscribed,
	"publish": func(c *code, k call) []*pyast.Expr {
		if k.expr.X.Kind == pyast.Attr && c.reachesClient(k.scope.source, "faststream") {
			return []*pyast.Expr{k.expr.Arg("topic", 1)}
		}
		return nil
	},
	"option": func(_ *code, k call) []*pyast.Expr { // Spark's
		if key := k.expr.Arg("key", 0); key != nil && (key.Text == "subscribe" || key.Text == "topic") {
			return []*pyast.Expr{k.expr.Arg("value", 1)}
		}
		return nil
	},
	"set_topics":  func(_ *code, k call) []*pyast.Expr { return []*pyast.Expr{k.expr.Arg("topic", 0)} },
	"set_topic":   func(_ *code, k call) []*pyast.Expr { return []*pyast.Expr{k.expr.Arg("topic", 0)} },
	"KafkaSource": bytewax,
	"KafkaSink":   bytewax,
	"input":       operated,
	"output":      operated,
	"topics": func(c *code, k call) []*pyast.Expr {
		if !c.usesPackage(k.scope.source, "pykafka") {
			return nil
		}
		return keyed(k.expr, "")
	},
}

// keyed are the arguments that have one of these keys; "" is one without a key.
func keyed(e *pyast.Expr, keys ...string) []*pyast.Expr {
	var all []*pyast.Expr
	for i, a := range e.Items {
		if slices.Contains(keys, e.Keys[i]) {
			all = append(all, a)
		}
	}
	return all
}

func consumed(c *code, k call) []*pyast.Expr {
	if !c.isClientCall(k.bound) {
		return nil
	}
	return keyed(k.expr, "", "*", "topics")
}

// sent is a method of a producer or a consumer, whose first argument has this key.
func sent(key string) func(c *code, k call) []*pyast.Expr {
	return func(c *code, k call) []*pyast.Expr {
		if k.expr.X.Kind != pyast.Attr || c.isOwn(k) || c.usesPackage(k.scope.source, "pykafka") || !c.isProducer(bound{k.expr.X.X, k.scope}, k.expr.X.Text) {
			return nil
		}
		return []*pyast.Expr{k.expr.Arg(key, 0)}
	}
}

func named(c *code, k call) []*pyast.Expr {
	e, s := k.expr, k.scope.source
	if first, _, _ := strings.Cut(e.X.Dotted(), "."); !c.isClient(s.names[first].module, s) {
		return nil
	}
	if a := e.Arg("name", -1); a != nil {
		return []*pyast.Expr{a}
	}
	return []*pyast.Expr{e.Arg("topic", 0)}
}

// streamed is app.topic(...) of Faust and of Quix Streams.
func streamed(c *code, k call) []*pyast.Expr {
	s := k.scope.source
	if k.expr.X.Kind != pyast.Attr || !c.usesPackage(s, "faust") && !c.reachesClient(s, "faust", "quixstreams") {
		return nil
	}
	if a := k.expr.Arg("name", -1); a != nil {
		return []*pyast.Expr{a}
	}
	return keyed(k.expr, "")
}

func subscribed(c *code, k call) []*pyast.Expr {
	if k.expr.X.Kind != pyast.Attr || !c.reachesClient(k.scope.source, "faststream") {
		return nil
	}
	return keyed(k.expr, "", "topic")
}

func bytewax(c *code, k call) []*pyast.Expr {
	if !c.isClientCall(k.bound) {
		return nil
	}
	return []*pyast.Expr{k.expr.Arg("topics", 1)}
}

// isOperator reports whether a call is of Bytewax's operators for Kafka, which make a client.
func (c *code) isOperator(k call) bool {
	i := k.scope.source.names[k.expr.X.X.Dotted()]
	return k.expr.X.Kind == pyast.Attr && strings.HasPrefix(i.module+"."+i.name, "bytewax.connectors.kafka")
}

func operated(c *code, k call) []*pyast.Expr {
	if !c.isOperator(k) {
		return nil
	}
	return keyed(k.expr, "topics", "topic")
}

func (c *code) reachesClient(s *source, packages ...string) bool {
	return slices.ContainsFunc(c.reach(s), func(r *source) bool {
		return slices.ContainsFunc(packages, func(p string) bool { return c.usesPackage(r, p) })
	})
}

// isOwn reports whether a call is of a function of one of the project's modules: what that does with what it is given is followed
// there.
func (c *code) isOwn(k call) bool {
	m := (&flow{c: c}).moduleOf(k.expr.X.X, k.scope)
	return m != nil && slices.ContainsFunc(c.functions[k.expr.X.Text], func(fn *scope) bool { return fn.outer == m.top })
}

// isProducer reports whether a method for topics is one of a client of Kafka's: what it is called on was made as one, or
// has the name of one. Sockets send, and event buses subscribe, too.
func (c *code) isProducer(b bound, method string) bool {
	name := strings.ToLower(b.expr.Dotted())
	if name == "" && b.expr.Kind == pyast.Call { // get_producer().send(...)
		name = strings.ToLower(b.expr.X.Dotted())
	}
	last := name[strings.LastIndexByte(name, '.')+1:]
	if strings.Contains(last, "produc") || strings.Contains(last, "kafka") || strings.Contains(last, "consum") {
		return true
	}
	if c.madeAs(b, 0) {
		return true
	}
	return method == "produce" || method == "send_and_wait"
}

// madeAs reports whether a value was made by a client's constructor.
func (c *code) madeAs(b bound, depth int) bool {
	const deepest = 6
	if b.expr == nil || depth > deepest {
		return false
	}
	e := b.expr
	switch e.Kind {
	case pyast.Call:
		if c.isClientCall(b) {
			return true
		}
		for _, fn := range c.functions[e.X.Text] {
			if r := returned(fn.stmt.Body); r != nil && c.madeAs(bound{r, fn}, depth+1) {
				return true
			}
		}
	case pyast.Name:
		for _, to := range c.lookup(e.Text, b.scope) {
			if to.expr != e && c.madeAs(to, depth+1) {
				return true
			}
		}
	case pyast.Attr:
		for _, to := range c.attrs[e.Text] {
			if c.madeAs(to, depth+1) {
				return true
			}
		}
	case pyast.Operator:
		return slices.ContainsFunc(e.Items, func(i *pyast.Expr) bool { return c.madeAs(bound{i, b.scope}, depth+1) })
	default:
	}
	return false
}

// aboutTopic is the name of something that is said of topics, and is none.
var aboutTopic = lazyregexp.New(`(?i)(dir|path|prefix|suffix|partitions?|replicas|replication(_factor)?|factor|count|retention|pattern|regex|_ms|_s|size|enabled|creat(e|ion)|config|type|format|schema|key|group|field|column|table|model|separator|delimiter)$`)

// byTopicName are the variables and constants that by their names hold a topic.
func (c *code) byTopicName() []origin {
	var all []origin
	for _, read := range c.everyRead() {
		for _, o := range read {
			if o.env != "" && strings.Contains(strings.ToLower(o.env), "topic") && !aboutTopic.MatchString(o.env) {
				all = append(all, o)
			}
		}
	}
	if !slices.ContainsFunc(c.sources, func(s *source) bool { return s.kafka }) {
		return all
	}
	for _, s := range c.sources {
		for name, list := range s.top.names {
			if strings.Contains(strings.ToLower(name), "topic") && !aboutTopic.MatchString(name) {
				for _, b := range list {
					if b.expr != nil && b.expr.Kind == pyast.String {
						all = append(all, origin{text: b.expr.Text, where: b.place()})
					}
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b origin) int { return byPlace(a.where, b.where) })
	return all
}

// flagName are the words of a variable that turns streaming on.
var (
	kafkaWord  = lazyregexp.New(`(?i)kafka|stream|publish|produc|broker|events?(_|$)|messaging`)
	switchWord = lazyregexp.New(`(?i)enable|disable|(^|_)use(_|$)|(^|_)with(_|$)|active|(^|_)on$|(^|_)is_`)
	boolText   = lazyregexp.New(`(?i)^(true|false|yes|no|on|off|0|1)$`)
)

// flags finds the variables that decide whether the code streams.
func (f *Found) flags(c *code) {
	for _, k := range c.streaming() { // what a client is made or used under
		for _, t := range k.tests {
			all, _ := c.origins(t)
			for _, o := range all {
				if o.env != "" && (kafkaWord.MatchString(o.env) || switchWord.MatchString(o.env)) && boolean(o) {
					f.flag(o, kafkaWord.MatchString(o.env))
				}
			}
		}
	}
	for _, read := range c.everyRead() {
		for _, o := range read {
			if lower := strings.ToLower(o.env); o.env != "" && kafkaWord.MatchString(o.env) && switchWord.MatchString(o.env) && boolean(o) {
				f.flag(o, strings.Contains(lower, "kafka") || strings.Contains(lower, "stream"))
			}
		}
	}
	slices.SortStableFunc(f.Flags, bySure)
}

func (f *Found) flag(o origin, sure bool) {
	for i, v := range f.Flags {
		if v.Name == o.env {
			f.Flags[i].Sure = v.Sure || sure
			return
		}
	}
	f.Flags = append(f.Flags, Variable{Name: o.env, Default: o.text, Where: o.where, Sure: sure})
}

// streaming are the calls that make a client of Kafka, and those of the functions that do.
func (c *code) streaming() []call {
	var all []call
	var makers []string
	for name, calls := range c.calls {
		_, keyed := clientCalls[name]
		for _, k := range calls {
			addressed := slices.ContainsFunc(k.expr.Keys, func(s string) bool { return slices.Contains(addressKeys, s) })
			if !addressed && !(keyed && c.isClientCall(k.bound)) {
				continue
			}
			all = append(all, k)
			if in := k.scope.stmt; in != nil && in.Word == pyast.Def && !strings.HasPrefix(in.Name, "__") {
				makers = append(makers, in.Name)
			}
		}
	}
	for _, name := range makers {
		all = append(all, c.calls[name]...)
	}
	return all
}

// boolean reports whether a variable may hold yes or no, by its default.
func boolean(o origin) bool { return o.text == "" || boolText.MatchString(o.text) }
