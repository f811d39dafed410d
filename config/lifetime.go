package config

import "time"

// Lifetime is how long a token is good for.
type Lifetime time.Duration
