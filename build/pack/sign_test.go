//go:build package

package pack

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"streamtray/build/rig"
)

// uninstallerCopy names the variable with a file to which the uninstaller is copied once it is signed: later it is
// inside the installer, compressed.
const uninstallerCopy = "STREAMTRAY_TEST_UNINSTALLER"

// TestMain lets the test binary be the program that the installer's maker runs to sign the uninstaller.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == SignVerb {
		err := SignatureOf(os.Getenv).Sign(context.Background(), os.Args[2])
		err = errors.Join(err, copyFile(os.Args[2], os.Getenv(uninstallerCopy)))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// throwAway is a signature that nobody trusts.
func throwAway(t *testing.T) *Signature {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "StreamTray's tests"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning},
	}
	certificate, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	s := &Signature{Certificate: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem")}
	write(t, s.Certificate, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})))
	write(t, s.Key, string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})))
	return s
}

// locked is the same with key and certificate in one file that has a password.
func locked(t *testing.T, s *Signature) *Signature {
	t.Helper()
	one := &Signature{Certificate: filepath.Join(t.TempDir(), "both.pfx"), Password: "a password"}
	export := exec.Command("openssl", "pkcs12", "-export", "-in", s.Certificate, "-inkey", s.Key,
		"-out", one.Certificate, "-passout", "pass:"+one.Password)
	if err := rig.Quietly(export); err != nil {
		t.Fatal(err)
	}
	return one
}

// verify has a second opinion on a signature, in its own words.
func verify(t *testing.T, s *Signature, file string) (string, error) {
	t.Helper()
	out, err := exec.Command("osslsigncode", "verify", "-CAfile", s.Certificate, file).CombinedOutput() //nolint:forbidigo // for a person
	return string(out), err
}

func TestWhatIsSignedVerifiesAndAChangedByteDoesNot(t *testing.T) {
	_, out := dist(t)
	s := throwAway(t)
	for name, sign := range map[string]*Signature{Program: s, Terminal: locked(t, s)} {
		file := filepath.Join(t.TempDir(), name)
		if err := copyFile(filepath.Join(out, name), file); err != nil {
			t.Fatal(err)
		}
		if said, err := verify(t, s, file); err == nil {
			t.Errorf("%s verifies unsigned: %s", name, said)
		}
		if err := sign.Sign(t.Context(), file); err != nil {
			t.Fatal(err)
		}
		if said, err := verify(t, s, file); err != nil {
			t.Errorf("%s: %v: %s", name, err, said)
		}
		changed := content(t, file)
		changed[len(changed)/2] ^= 1
		write(t, file, string(changed))
		if said, err := verify(t, s, file); err == nil {
			t.Errorf("%s verifies with a byte changed: %s", name, said)
		}
	}
}

func TestAnInstallerBringsASignedUninstaller(t *testing.T) {
	s, _ := dist(t)
	sign := throwAway(t)
	from := t.TempDir()
	for _, name := range []string{Program, Terminal, readme, licence, thirdParty} { // they need not be real
		write(t, filepath.Join(from, name), name)
	}
	uninstaller := filepath.Join(t.TempDir(), "uninstall.exe")
	t.Setenv(uninstallerCopy, uninstaller)
	if err := writeInstaller(t.Context(), s, from, filepath.Join(t.TempDir(), "StreamTray-setup.exe"), sign); err != nil {
		t.Fatal(err)
	}
	if said, err := verify(t, sign, uninstaller); err != nil {
		t.Errorf("%v: %s", err, said)
	}
}

func TestAWrongPasswordIsToldWithoutIt(t *testing.T) {
	_, out := dist(t)
	s := locked(t, throwAway(t))
	s.Password = "not the password"
	file := filepath.Join(t.TempDir(), Terminal)
	if err := copyFile(filepath.Join(out, Terminal), file); err != nil {
		t.Fatal(err)
	}
	err := s.Sign(t.Context(), file)
	if err == nil || strings.Contains(err.Error(), s.Password) {
		t.Errorf("got %v, want an error that does not tell the password", err)
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(file), "*"))
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %q, %v; want the program alone", left, err)
	}
}
