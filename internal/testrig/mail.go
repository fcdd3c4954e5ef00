package testrig

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
)

// MailServer is an SMTP server that keeps what it took (RFC 5321, 3207, 4954).
type MailServer struct {
	Addr string

	options  MailOptions
	listener net.Listener

	mu       sync.Mutex
	received []ReceivedMail
	refusals int
	lost     int
	conns    map[net.Conn]struct{}
	closed   bool
	ended    sync.WaitGroup
}

// MailOptions are how a server wants to be spoken to.
type MailOptions struct {
	// TLS offers STARTTLS; nil: the server speaks in the clear.
	TLS *tls.Config
	// Implicit begins with TLS instead.
	Implicit bool
	// User and Password are required where they are set, and only through TLS.
	User, Password string
}

// ReceivedMail is a mail that the server took.
type ReceivedMail struct {
	From      string
	To        []string
	Subject   string
	MessageID string
	Text      string
	// Encrypted: it came through TLS.
	Encrypted bool
}

// StartMailServer starts a server on a free port of this machine.
func StartMailServer(t testing.TB, options MailOptions) *MailServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &MailServer{Addr: listener.Addr().String(), options: options, listener: listener, conns: map[net.Conn]struct{}{}}
	if options.Implicit {
		s.listener = tls.NewListener(listener, options.TLS)
	}
	s.ended.Go(s.accept)
	t.Cleanup(s.stop)
	return s
}

// Received lists what the server took so far.
func (s *MailServer) Received() []ReceivedMail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]ReceivedMail(nil), s.received...)
}

// Refuse answers the next n mails with "try again later".
func (s *MailServer) Refuse(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusals = n
}

// Lose closes the connection on the next n mails after their text, without
// taking them and without an answer.
func (s *MailServer) Lose(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost = n
}

func (s *MailServer) stop() {
	_ = s.listener.Close() // it may be closed already
	s.mu.Lock()
	s.closed = true
	for c := range s.conns {
		_ = c.Close() // its reader ends
	}
	s.mu.Unlock()
	s.ended.Wait()
}

func (s *MailServer) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			_ = conn.Close() // nobody waits for it
			return
		}
		s.conns[conn] = struct{}{}
		s.mu.Unlock()
		s.ended.Go(func() {
			session := &mailSession{server: s, encrypted: s.options.Implicit}
			session.use(conn)
			session.serve()
			_ = session.conn.Close() // the client may have closed it
			s.mu.Lock()
			delete(s.conns, conn)
			s.mu.Unlock()
		})
	}
}

// take takes down one of a number of faults.
func (s *MailServer) take(n *int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if *n == 0 {
		return false
	}
	*n--
	return true
}

// mailSession is one connection.
type mailSession struct {
	server    *MailServer
	conn      net.Conn
	in        *bufio.Reader
	encrypted bool
	signedIn  bool
	from      string
	to        []string
}

var errGoodbye = errors.New("the client said goodbye")

func (c *mailSession) use(conn net.Conn) { c.conn, c.in = conn, bufio.NewReader(conn) }

func (c *mailSession) say(format string, args ...any) error {
	_, err := fmt.Fprintf(c.conn, format+"\r\n", args...)
	return err
}

func (c *mailSession) serve() {
	if err := c.say("220 mail.example ESMTP"); err != nil {
		return
	}
	for {
		line, err := c.in.ReadString('\n')
		if err == nil {
			err = c.answer(strings.TrimRight(line, "\r\n"))
		}
		if err != nil {
			return
		}
	}
}

func (c *mailSession) answer(line string) error {
	verb, rest, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "EHLO":
		return c.greet()
	case "HELO", "NOOP":
		return c.say("250 ok")
	case "RSET":
		c.from, c.to = "", nil
		return c.say("250 ok")
	case "STARTTLS":
		return c.encrypt()
	case "AUTH":
		return c.signIn(rest)
	case "MAIL":
		return c.begin(rest)
	case "RCPT":
		c.to = append(c.to, between(rest))
		return c.say("250 ok")
	case "DATA":
		return c.data()
	case "QUIT":
		_ = c.say("221 bye") // the client may have gone
		return errGoodbye
	default:
		return c.say("502 unknown")
	}
}

func (c *mailSession) greet() error {
	o := c.server.options
	offers := []string{"mail.example", "8BITMIME"}
	if o.TLS != nil && !c.encrypted {
		offers = append(offers, "STARTTLS")
	}
	if o.User != "" && c.encrypted {
		offers = append(offers, "AUTH PLAIN")
	}
	for i, offer := range offers {
		dash := "-"
		if i == len(offers)-1 {
			dash = " "
		}
		if err := c.say("250%s%s", dash, offer); err != nil {
			return err
		}
	}
	return nil
}

func (c *mailSession) encrypt() error {
	if c.server.options.TLS == nil || c.encrypted {
		return c.say("502 not here")
	}
	if err := c.say("220 go ahead"); err != nil {
		return err
	}
	c.use(tls.Server(c.conn, c.server.options.TLS))
	c.encrypted, c.signedIn = true, false
	return nil
}

func (c *mailSession) signIn(rest string) error {
	mechanism, initial, _ := strings.Cut(rest, " ")
	secret, err := base64.StdEncoding.DecodeString(initial)
	o := c.server.options
	c.signedIn = err == nil && c.encrypted && mechanism == "PLAIN" && string(secret) == "\x00"+o.User+"\x00"+o.Password
	if !c.signedIn {
		return c.say("535 5.7.8 credentials invalid")
	}
	return c.say("235 2.7.0 welcome")
}

func (c *mailSession) begin(rest string) error {
	if c.server.options.User != "" && !c.signedIn {
		return c.say("530 5.7.0 sign in first")
	}
	if c.server.take(&c.server.refusals) {
		return c.say("451 4.3.0 try again later")
	}
	c.from, c.to = between(rest), nil
	return c.say("250 ok")
}

func (c *mailSession) data() error {
	if c.from == "" || len(c.to) == 0 {
		return c.say("503 who, and to whom?")
	}
	if err := c.say("354 go ahead"); err != nil {
		return err
	}
	var text strings.Builder
	for {
		line, err := c.in.ReadString('\n')
		if err != nil {
			return err
		}
		if line == ".\r\n" {
			break
		}
		text.WriteString(strings.TrimPrefix(line, "."))
	}
	if c.server.take(&c.server.lost) {
		return errGoodbye
	}
	received, err := readMail(text.String())
	if err != nil {
		return c.say("554 5.6.0 %v", err)
	}
	received.From, received.To, received.Encrypted = c.from, c.to, c.encrypted
	c.server.mu.Lock()
	c.server.received = append(c.server.received, received)
	c.server.mu.Unlock()
	return c.say("250 2.0.0 taken")
}

func readMail(raw string) (ReceivedMail, error) {
	message, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		return ReceivedMail{}, err
	}
	body := message.Body
	if message.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
		body = quotedprintable.NewReader(body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return ReceivedMail{}, err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
	return ReceivedMail{
		Subject: subject, MessageID: message.Header.Get("Message-Id"), Text: strings.ReplaceAll(string(text), "\r\n", "\n"),
	}, err
}

// between is the address in "FROM:<a@b> SIZE=1".
func between(text string) string {
	_, rest, _ := strings.Cut(text, "<")
	address, _, _ := strings.Cut(rest, ">")
	return address
}
