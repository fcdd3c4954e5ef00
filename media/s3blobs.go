package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// s3Retries bounds how often a request is tried: reading, writing a whole blob
// and deleting are safe to repeat.
const s3Retries = 4

// S3Blobs keeps blobs in a bucket of any storage that speaks S3.
type S3Blobs struct {
	client *minio.Client
	bucket string
	prefix string
}

var _ Blobs = (*S3Blobs)(nil)

// errS3Address never shows the address itself: it holds the secret key.
var errS3Address = errors.New("media: not an address s3://KEY:SECRET@HOST:PORT/BUCKET[/PREFIX][?tls=off][&region=REGION]")

// NewS3Blobs reads an address s3://KEY:SECRET@HOST:PORT/BUCKET/PREFIX, where
// the prefix is optional and characters that have a meaning in addresses are
// percent-encoded. "tls=off" speaks plain HTTP, for storage on the same
// network; "region" defaults to us-east-1, which storage without regions
// expects. No connection is made yet: see Check.
func NewS3Blobs(address string) (*S3Blobs, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.User == nil {
		return nil, errS3Address
	}
	secret, ok := u.User.Password()
	bucket, prefix, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	query, queryErr := url.ParseQuery(u.RawQuery)
	if !ok || bucket == "" || queryErr != nil {
		return nil, errS3Address
	}
	region := query.Get("region")
	if region == "" {
		region = "us-east-1"
	}
	tls := query.Get("tls")
	if tls != "" && tls != "on" && tls != "off" {
		return nil, errS3Address
	}
	client, err := minio.New(u.Host, &minio.Options{
		Creds:      credentials.NewStaticV4(u.User.Username(), secret, ""),
		Secure:     tls != "off",
		Region:     region,
		MaxRetries: s3Retries,
	})
	if err != nil {
		return nil, fmt.Errorf("media: object storage: %w", err)
	}
	return &S3Blobs{client: client, bucket: bucket, prefix: prefix}, nil
}

// Check asks whether the bucket is there and may be used.
func (b *S3Blobs) Check(ctx context.Context) error {
	found, err := b.client.BucketExists(ctx, b.bucket)
	if err == nil && !found {
		err = fmt.Errorf("bucket %q: %w", b.bucket, fs.ErrNotExist)
	}
	if err != nil {
		return fmt.Errorf("media: object storage: %w", err)
	}
	return nil
}

// Put writes an object. Object storage shows all of it or nothing.
func (b *S3Blobs) Put(ctx context.Context, key string, data []byte) error {
	if err := usable(ctx, key); err != nil {
		return err
	}
	_, err := b.client.PutObject(ctx, b.bucket, b.name(key), bytes.NewReader(data), int64(len(data)),
		minio.PutObjectOptions{ContentType: "application/octet-stream", DisableMultipart: true})
	return s3Error(err, key)
}

// Get reads an object whole: it is at most a picture, and whoever asks for one
// reads all of it.
func (b *S3Blobs) Get(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	if err := usable(ctx, key); err != nil {
		return nil, err
	}
	object, err := b.client.GetObject(ctx, b.bucket, b.name(key), minio.GetObjectOptions{})
	if err != nil {
		return nil, s3Error(err, key)
	}
	data, err := io.ReadAll(object)
	// Closing ends a request whose answer was read to its end.
	if err := errors.Join(err, object.Close()); err != nil {
		return nil, s3Error(err, key)
	}
	return memoryFile{bytes.NewReader(data)}, nil
}

type memoryFile struct{ *bytes.Reader }

func (memoryFile) Close() error { return nil }

// Delete removes an object and the ones below it.
func (b *S3Blobs) Delete(ctx context.Context, key string) error {
	if err := usable(ctx, key); err != nil {
		return err
	}
	name := b.name(key)
	names := []string{name}
	for object := range b.client.ListObjectsIter(ctx, b.bucket, minio.ListObjectsOptions{Prefix: name + "/", Recursive: true}) {
		if object.Err != nil {
			return s3Error(object.Err, key)
		}
		names = append(names, object.Key)
	}
	for _, name := range names {
		if err := b.client.RemoveObject(ctx, b.bucket, name, minio.RemoveObjectOptions{}); err != nil {
			return s3Error(err, key)
		}
	}
	return nil
}

func (b *S3Blobs) name(key string) string { return path.Join(b.prefix, key) }

// s3Error says which blob an error is about, and translates "not there". A
// missing bucket is a fault of the set-up and not a missing picture.
func s3Error(err error, key string) error {
	if err == nil {
		return nil
	}
	var answer minio.ErrorResponse
	if errors.As(err, &answer) && answer.StatusCode == http.StatusNotFound && answer.Code == minio.NoSuchKey {
		return fmt.Errorf("media: %s: %w", key, fs.ErrNotExist)
	}
	return fmt.Errorf("media: object storage: %s: %w", key, err)
}
