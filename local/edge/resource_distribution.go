package edge

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"go.etcd.io/bbolt"

	"gatehouse/local/resource"
	"gatehouse/local/wire"
)

// Resources are the resource types that CloudFront owns.
func (s *Service) Resources() []resource.Type {
	return []resource.Type{
		{
			Name:       "AWS::CloudFront::Distribution",
			Properties: []string{"DistributionConfig", "Tags"},
			Attributes: []string{"Id", "DomainName"},
			Handler:    distributionHandler{s},
		},
		{
			Name:       "AWS::CloudFront::OriginAccessControl",
			Properties: []string{"OriginAccessControlConfig"},
			Attributes: []string{"Id"},
			Handler:    accessControlHandler{s},
		},
		{
			Name:       "AWS::CloudFront::Function",
			Properties: []string{"AutoPublish", "FunctionCode", "FunctionConfig", "Name", "Tags"},
			CreateOnly: []string{"Name"},
			Attributes: []string{"FunctionARN", "FunctionMetadata.FunctionARN", "Stage"},
			Handler:    functionHandler{s},
		},
		{
			Name:       "AWS::CloudFront::ResponseHeadersPolicy",
			Properties: []string{"ResponseHeadersPolicyConfig"},
			Attributes: []string{"Id", "LastModifiedTime"},
			Handler:    s.headersPolicyHandler(),
		},
		{
			Name:       "AWS::CloudFront::CachePolicy",
			Properties: []string{"CachePolicyConfig"},
			Attributes: []string{"Id", "LastModifiedTime"},
			Handler:    s.cachePolicyHandler(),
		},
		{
			Name:       "AWS::CloudFront::OriginRequestPolicy",
			Properties: []string{"OriginRequestPolicyConfig"},
			Attributes: []string{"Id", "LastModifiedTime"},
			Handler:    s.originRequestPolicyHandler(),
		},
	}
}

// change runs fn in a transaction and has the distributions compiled anew.
func (s *Service) change(fn func(tx *bbolt.Tx) error) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	if err := s.DB.Update(fn); err != nil {
		return err
	}
	s.current.Store(nil)
	return nil
}

type distributionHandler struct{ s *Service }

func parseDistribution(p resource.Properties) (distributionConfig, error) {
	var in struct {
		DistributionConfig *distributionConfig
		Tags               []struct{ Key, Value string }
	}
	if err := resource.Decode(p, &in); err != nil {
		return distributionConfig{}, err
	}
	if !resource.Resolved(p) {
		return distributionConfig{}, nil
	}
	if in.DistributionConfig == nil {
		return distributionConfig{}, wire.BadRequest("ValidationError", "DistributionConfig is required")
	}
	return *in.DistributionConfig, in.DistributionConfig.check()
}

// Validate implements resource.Validator.
func (h distributionHandler) Validate(p resource.Properties) error {
	_, err := parseDistribution(p)
	return err
}

// Create implements resource.Handler.
func (h distributionHandler) Create(_ context.Context, r resource.Request) (resource.Result, error) {
	config, err := parseDistribution(r.Properties)
	if err != nil {
		return resource.Result{}, err
	}
	d := distribution{
		ID: newID(), DomainName: "d" + strings.ToLower(rand.Text()[:13]) + ".cloudfront.net",
		Created: h.s.Now().UTC(), Token: r.Token, Config: config,
	}
	return h.save(d)
}

// newID is an id as CloudFront makes them up: E and 13 letters and digits.
func newID() string { return "E" + rand.Text()[:13] }

func (h distributionHandler) save(d distribution) (resource.Result, error) {
	err := h.s.change(func(tx *bbolt.Tx) error {
		if err := d.Config.checkReferences(tx); err != nil {
			return err
		}
		return distributions.Put(tx, d.ID, d)
	})
	return resource.Result{PhysicalID: d.ID, Attributes: map[string]any{"Id": d.ID, "DomainName": d.DomainName}}, err
}

// Update implements resource.Handler.
func (h distributionHandler) Update(_ context.Context, r resource.Request) (resource.Result, error) {
	config, err := parseDistribution(r.Properties)
	if err != nil {
		return resource.Result{}, err
	}
	var d distribution
	if err := h.s.DB.View(func(tx *bbolt.Tx) (err error) {
		var found bool
		if d, found, err = distributions.Get(tx, r.PhysicalID); err != nil || !found {
			return notFound(err, "NoSuchDistribution", "The specified distribution does not exist.")
		}
		return nil
	}); err != nil {
		return resource.Result{}, err
	}
	d.Config = config
	return h.save(d)
}

// Delete implements resource.Handler. CloudFormation disables a distribution before
// it deletes it, so an enabled one is no obstacle.
func (h distributionHandler) Delete(_ context.Context, r resource.Request) error {
	return h.s.change(func(tx *bbolt.Tx) error { return distributions.Delete(tx, r.PhysicalID) })
}

// Recover implements resource.Recoverer.
func (h distributionHandler) Recover(_ context.Context, r resource.Request) error {
	return h.s.change(func(tx *bbolt.Tx) error {
		return deleteByToken(tx, distributions, r.Token, func(d distribution) string { return d.Token })
	})
}

// distributionARN is what a bucket policy names as AWS:SourceArn.
func (s *Service) distributionARN(id string) string {
	return fmt.Sprintf("arn:aws:cloudfront::%s:distribution/%s", s.Account, id)
}
