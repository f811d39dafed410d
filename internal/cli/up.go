package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/internal/up"
)

func newUp(h Host) *cobra.Command {
	o := up.Options{Now: h.Now, Rand: h.Rand}
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Bring the site up on this machine",
		Long: `Start the local cloud, install and build what is needed, and run the real
"cdk deploy" at it. Then stay until Ctrl-C.

Users, stacks and messages are kept in .gatehouse/state.db: the next "gatehouse up"
finds them again, unless it is given --fresh.`,
		Example: `  gatehouse up
  gatehouse up --watch                deploy again whenever config/ or site/ changes
  gatehouse up --site-port 9000       when another program has port 8080
  gatehouse up --fresh                start without the users of earlier runs`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for flag, port := range map[string]int{"aws-port": o.AWSPort, "site-port": o.SitePort, "mail-port": o.MailPort} {
				if port < 0 || port > 65535 {
					return usageError{fmt.Errorf("--%s: want 0–65535 (0 lets the system pick); got %d", flag, port)}
				}
			}
			p, err := h.project()
			if err != nil {
				return err
			}
			con := h.console()
			defer con.Close()
			return up.Run(cmd.Context(), p, con, o)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.Environment, "env", "local", "the environment: config/<env>.yaml")
	flags.IntVar(&o.SitePort, "site-port", 8080, "port of the site")
	flags.IntVar(&o.MailPort, "mail-port", 8025, "port of the mailbox")
	flags.IntVar(&o.AWSPort, "aws-port", 4566, "port of the AWS endpoint")
	flags.BoolVar(&o.Watch, "watch", false, "deploy again when the configuration or the site changes")
	flags.BoolVar(&o.Fresh, "fresh", false, "forget the users and stacks of earlier runs")
	return cmd
}
