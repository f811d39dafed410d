package stacks

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"

	"gatehouse/config"
)

//go:embed router.js
var routerJS string

// routerSettings is what router.js knows of the release that is live.
type routerSettings struct {
	Release string   `json:"release"`
	Routing string   `json:"routing"`
	Assets  string   `json:"assets"`
	Folders []string `json:"folders"`
}

// maxRouter is the most bytes of code that CloudFront takes:
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
const maxRouter = 10240

// routerCode is the function that picks the release, ready to run.
func routerCode(h config.Hosting, r Release) (string, error) {
	s := routerSettings{Release: r.ID, Routing: h.Routing, Assets: h.HashedAssets, Folders: []string{}}
	if h.Routing == "pages" {
		s.Folders = folders(r.pages)
	}
	settings, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("writing the router's settings: %w", err)
	}
	code := fmt.Sprintf("var settings = %s;\n%s", settings, routerJS)
	if len(code) > maxRouter {
		return "", fmt.Errorf("the site has %d folders with an index.html, and CloudFront takes a function of at most %d bytes to name them: let the build write pages as register.html instead of register/index.html", len(s.Folders), maxRouter)
	}
	return code, nil
}

// newRouter declares the function that makes a release the live one. Whatever is
// published with the release must be there before, see [NewHosting].
func newRouter(stack awscdk.Stack, cfg config.Config, r Release) awscloudfront.Function {
	return awscloudfront.NewFunction(stack, new(idRouter), &awscloudfront.FunctionProps{
		Code:        awscloudfront.FunctionCode_FromInline(new(r.router)),
		Runtime:     awscloudfront.FunctionRuntime_JS_2_0(),
		AutoPublish: new(true),
		Comment:     new("The live release of " + cfg.Project + ", environment " + cfg.Environment),
	})
}
