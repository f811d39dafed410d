package s3

import "gatehouse/local/resource"

// Resources are the resource types that S3 owns, and the two custom resources of the
// CDK that work on buckets: they are carried out here, not by a Lambda function.
func (s *Service) Resources() []resource.Type {
	return []resource.Type{
		s.bucketType(),
		s.bucketPolicyType(),
		s.bucketDeploymentType(),
		s.autoDeleteObjectsType(),
	}
}
