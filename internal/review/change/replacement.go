package change

// createOnly are the properties whose change makes CloudFormation replace the
// resource: createOnlyProperties of the CloudFormation registry's schemas, which
// the CDK's service specification repeats. Of custom resources it is not known.
var createOnly = map[string][]string{
	"AWS::Cognito::UserPoolClient":         {"UserPoolId", "GenerateSecret"},
	"AWS::Cognito::UserPoolDomain":         {"UserPoolId", "Domain"},
	"AWS::Cognito::UserPoolGroup":          {"UserPoolId", "GroupName"},
	"AWS::Cognito::UserPoolResourceServer": {"UserPoolId", "Identifier"},
	"AWS::CloudFront::Function":            {"Name"},
	"AWS::S3::Bucket":                      {"BucketName", "BucketNamePrefix", "BucketNamespace", "ObjectLockEnabled"},
	"AWS::S3::BucketPolicy":                {"Bucket"},
	"AWS::SSM::Parameter":                  {"Name"},
	"AWS::WAFv2::WebACL":                   {"Name", "Scope"},
	"AWS::WAFv2::WebACLAssociation":        {"ResourceArn", "WebACLArn"},
	"AWS::SES::EmailIdentity":              {"EmailIdentity"},
	"AWS::Logs::LogGroup":                  {"LogGroupName"},
	"AWS::IAM::Role":                       {"RoleName", "Path"},
	"AWS::Lambda::Function":                {"FunctionName", "PackageType"},
	"AWS::Lambda::LayerVersion":            {"CompatibleArchitectures", "CompatibleRuntimes", "Content", "Description", "LayerName", "LicenseInfo"},
}

// PhysicalNames are the properties that give a resource a name which no other of
// its kind may have at the same time.
var PhysicalNames = map[string]string{
	"AWS::Cognito::UserPoolDomain": "Domain",
	"AWS::Cognito::UserPoolGroup":  "GroupName",
	"AWS::CloudFront::Function":    "Name",
	"AWS::S3::Bucket":              "BucketName",
	"AWS::SSM::Parameter":          "Name",
	"AWS::WAFv2::WebACL":           "Name",
	"AWS::SES::EmailIdentity":      "EmailIdentity",
	"AWS::Logs::LogGroup":          "LogGroupName",
	"AWS::IAM::Role":               "RoleName",
	"AWS::Lambda::Function":        "FunctionName",
}

// innerNames are names further inside.
var innerNames = map[string]string{
	"AWS::CloudFront::OriginAccessControl":   "OriginAccessControlConfig.Name",
	"AWS::CloudFront::ResponseHeadersPolicy": "ResponseHeadersPolicyConfig.Name",
}
