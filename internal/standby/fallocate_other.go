//go:build !linux

package standby

import (
	"os"
	"syscall"
)

func fallocate(*os.File, int64) error { return syscall.EOPNOTSUPP }
