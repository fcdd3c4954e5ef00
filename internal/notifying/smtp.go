package notifying

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"

	"github.com/wneessen/go-mail"
)

// Dial opens a connection; it decides which addresses may be reached.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// SMTP hands mails to a server.
type SMTP struct {
	from    string
	host    string
	options []mail.Option
}

// Ports of a mail server where the address names none: submission with
// STARTTLS, and with TLS from the first byte (RFC 8314).
const (
	portStartTLS = 587
	portTLS      = 465
)

// NewSMTP makes a sender for the server at smtp://user:password@host:587
// (STARTTLS) or smtps://user:password@host:465. With "?tls=none" the first
// speaks in the clear, without a password. trust replaces the machine's own
// roots; nil: those.
func NewSMTP(address, from string, dial Dial, trust *tls.Config) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("smtp: not an address") // it may hold a password
	}
	conf := &tls.Config{MinVersion: tls.VersionTLS12}
	if trust != nil {
		conf = trust.Clone()
	}
	conf.ServerName = u.Hostname()
	s := &SMTP{from: from, host: u.Hostname()}
	port := portStartTLS
	switch {
	case u.Scheme == "smtps":
		port = portTLS
		s.options = append(s.options, mail.WithSSL())
		plain := dial
		dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			return dialTLS(ctx, plain, network, address, conf)
		}
	case u.Query().Get("tls") == "none":
		s.options = append(s.options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		s.options = append(s.options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if text := u.Port(); text != "" {
		if port, err = strconv.Atoi(text); err != nil {
			return nil, fmt.Errorf("smtp: port %q", text)
		}
	}
	if u.User != nil {
		password, _ := u.User.Password()
		// Plain passwords leave only through TLS: the library refuses otherwise.
		s.options = append(s.options, mail.WithUsername(u.User.Username()), mail.WithPassword(password),
			mail.WithOpportunisticSMTPAuth(mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthPlain, mail.SMTPAuthLogin))
	}
	s.options = append(s.options, mail.WithPort(port), mail.WithTLSConfig(conf), mail.WithTimeout(sendTimeout),
		mail.WithDialContextFunc(mail.DialContextFunc(dial)), mail.WithoutNoop())
	_, err = mail.NewClient(s.host, s.options...)
	return s, err
}

func dialTLS(ctx context.Context, dial Dial, network, address string, conf *tls.Config) (net.Conn, error) {
	conn, err := dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	encrypted := tls.Client(conn, conf)
	if err := encrypted.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return encrypted, nil
}

// Send implements Sender.
func (s *SMTP) Send(ctx context.Context, m Mail) error {
	message, err := s.message(m)
	if err != nil {
		return fmt.Errorf("smtp: %w", err)
	}
	// A client keeps the state of one connection.
	client, err := mail.NewClient(s.host, s.options...)
	if err != nil {
		return fmt.Errorf("smtp: %w", err)
	}
	connection, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("smtp: connect: %w", err)
	}
	if err := client.SendWithSMTPClient(connection, message); err != nil {
		return errors.Join(fmt.Errorf("smtp: send: %w", err), client.CloseWithSMTPClient(connection))
	}
	// The server has taken the mail: a goodbye that fails changes nothing.
	_ = client.CloseWithSMTPClient(connection)
	return nil
}

// Check signs in and says goodbye, without sending anything.
func (s *SMTP) Check(ctx context.Context) error {
	client, err := mail.NewClient(s.host, s.options...)
	if err != nil {
		return fmt.Errorf("smtp: %w", err)
	}
	connection, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("smtp: connect: %w", err)
	}
	return client.CloseWithSMTPClient(connection)
}

func (s *SMTP) message(m Mail) (*mail.Msg, error) {
	message := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := message.FromFormat("Crieur", s.from); err != nil {
		return nil, err
	}
	if err := message.AddToFormat(m.Name, m.To); err != nil {
		return nil, err
	}
	message.Subject(m.Subject)
	message.SetDate()
	message.SetMessageIDWithValue(m.MessageID)
	// RFC 3834: nobody's holiday reply answers.
	message.SetGenHeader(mail.Header("Auto-Submitted"), "auto-generated")
	message.SetBodyString(mail.TypeTextPlain, m.Text)
	return message, nil
}
