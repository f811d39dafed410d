package recorded

import "strings"

// schemas are the recorded types.
var schemas = []schema{{
	name:       "AWS::CDK::Metadata",
	properties: []string{"Analytics"},
	attributes: []string{},
	physicalID: func(r request) string { return uuid(r.StackID, r.LogicalID, r.Token) },
	values:     noValues,
}, {
	name: "AWS::ECR::Repository",
	properties: []string{
		"EmptyOnDelete", "ImageScanningConfiguration", "EncryptionConfiguration", "RepositoryPolicyText", "LifecyclePolicy",
		"RepositoryName", "Tags", "ImageTagMutability", "ImageTagMutabilityExclusionFilters",
	},
	createOnly: []string{"EncryptionConfiguration", "RepositoryName"},
	attributes: []string{"Arn", "RepositoryUri"},
	physicalID: func(r request) string { return strings.ToLower(r.named("RepositoryName", 256)) },
	values: func(r request, name string) map[string]any {
		suffix := "amazonaws.com"
		if r.partition() == "aws-cn" {
			suffix += ".cn"
		}
		return map[string]any{
			"Arn":           r.arn("ecr", r.Region, "repository/"+name),
			"RepositoryUri": r.Account + ".dkr.ecr." + r.Region + "." + suffix + "/" + name,
		}
	},
}, {
	name: "AWS::IAM::ManagedPolicy",
	properties: []string{
		"ManagedPolicyName", "Path", "Description", "Groups", "PolicyDocument", "Roles", "Users",
	},
	required:   []string{"PolicyDocument"},
	createOnly: []string{"ManagedPolicyName", "Path", "Description"},
	attributes: []string{"PolicyArn", "PolicyId"},
	physicalID: func(r request) string {
		return r.arn("iam", "", "policy"+r.path()+r.named("ManagedPolicyName", 128))
	},
	values: func(_ request, arn string) map[string]any {
		return map[string]any{"PolicyArn": arn, "PolicyId": "ANPA" + letters(17, arn)}
	},
}, {
	name:       "AWS::IAM::OIDCProvider",
	properties: []string{"ClientIdList", "Tags", "ThumbprintList", "Url"},
	required:   []string{"Url"},
	createOnly: []string{"Url"},
	attributes: []string{"Arn"},
	physicalID: func(r request) string {
		return r.arn("iam", "", "oidc-provider/"+strings.TrimPrefix(r.named("Url", 255), "https://"))
	},
	values: func(_ request, arn string) map[string]any { return map[string]any{"Arn": arn} },
}, {
	name:       "AWS::IAM::Policy",
	properties: []string{"Groups", "PolicyName", "PolicyDocument", "Roles", "Users"},
	required:   []string{"PolicyName", "PolicyDocument"},
	attributes: []string{"Id"},
	physicalID: func(r request) string { return r.named("", 128) },
	values:     func(_ request, id string) map[string]any { return map[string]any{"Id": id} },
}, {
	name: "AWS::IAM::Role",
	properties: []string{
		"AssumeRolePolicyDocument", "Description", "ManagedPolicyArns", "MaxSessionDuration", "Path", "PermissionsBoundary",
		"Policies", "RoleName", "Tags",
	},
	required:   []string{"AssumeRolePolicyDocument"},
	createOnly: []string{"Path", "RoleName"},
	attributes: []string{"Arn", "RoleId"},
	physicalID: func(r request) string { return r.named("RoleName", 64) },
	values: func(r request, name string) map[string]any {
		arn := r.arn("iam", "", "role"+r.path()+name)
		return map[string]any{"Arn": arn, "RoleId": "AROA" + letters(17, arn)}
	},
}, {
	name:       "AWS::KMS::Alias",
	properties: []string{"TargetKeyId", "AliasName"},
	required:   []string{"TargetKeyId", "AliasName"},
	createOnly: []string{"AliasName"},
	attributes: []string{},
	physicalID: func(r request) string { return r.named("AliasName", 256) },
	values:     noValues,
}, {
	name: "AWS::KMS::Key",
	properties: []string{
		"Origin", "MultiRegion", "Description", "PendingWindowInDays", "BypassPolicyLockoutSafetyCheck", "KeyPolicy", "KeySpec",
		"Enabled", "KeyUsage", "EnableKeyRotation", "Tags", "RotationPeriodInDays",
	},
	attributes: []string{"Arn", "KeyId"},
	physicalID: func(r request) string { return uuid(r.StackID, r.LogicalID, r.Token) },
	values: func(r request, id string) map[string]any {
		return map[string]any{"Arn": r.arn("kms", r.Region, "key/"+id), "KeyId": id}
	},
}, {
	name: "AWS::Lambda::Function",
	properties: []string{
		"ImageConfig", "MemorySize", "Description", "TracingConfig", "VpcConfig", "DeadLetterConfig", "Timeout", "RuntimeManagementConfig",
		"Handler", "ReservedConcurrentExecutions", "SnapStart", "Code", "Role", "FileSystemConfigs", "FunctionName", "Runtime", "KmsKeyArn",
		"PackageType", "CodeSigningConfigArn", "Environment", "EphemeralStorage", "Layers", "Tags", "Architectures", "FunctionScalingConfig",
		"DurableConfig", "PublishToLatestPublished", "TenancyConfig", "CapacityProviderConfig", "LoggingConfig", "RecursiveLoop",
	},
	required:   []string{"Code", "Role"},
	createOnly: []string{"FunctionName", "PackageType", "TenancyConfig"},
	attributes: []string{"Arn"},
	physicalID: func(r request) string { return r.named("FunctionName", 64) },
	values: func(r request, name string) map[string]any {
		return map[string]any{"Arn": r.arn("lambda", r.Region, "function:"+name)}
	},
}, {
	name: "AWS::Lambda::LayerVersion",
	properties: []string{
		"CompatibleRuntimes", "LicenseInfo", "Description", "LayerName", "Content", "CompatibleArchitectures",
	},
	required: []string{"Content"},
	createOnly: []string{
		"CompatibleRuntimes", "LicenseInfo", "Description", "LayerName", "Content", "CompatibleArchitectures",
	},
	attributes: []string{"LayerVersionArn"},
	physicalID: func(r request) string {
		name := r.LogicalID + letters(8, r.StackID, r.LogicalID, r.Token)
		if own, ok := r.Properties["LayerName"].(string); ok {
			name = own
		}
		return r.arn("lambda", r.Region, "layer:"+name+":1")
	},
	values: func(_ request, arn string) map[string]any { return map[string]any{"LayerVersionArn": arn} },
}, {
	name: "AWS::Lambda::Permission",
	properties: []string{
		"FunctionName", "Action", "EventSourceToken", "FunctionUrlAuthType", "SourceArn", "SourceAccount", "PrincipalOrgID", "Principal",
		"InvokedViaFunctionUrl",
	},
	required: []string{"FunctionName", "Action", "Principal"},
	createOnly: []string{
		"FunctionName", "Action", "EventSourceToken", "FunctionUrlAuthType", "SourceArn", "SourceAccount", "PrincipalOrgID", "Principal",
		"InvokedViaFunctionUrl",
	},
	attributes: []string{"Id"},
	physicalID: func(r request) string { return r.named("", 100) },
	values:     func(_ request, id string) map[string]any { return map[string]any{"Id": id} },
}, {
	name: "AWS::Logs::LogGroup",
	properties: []string{
		"RetentionInDays", "KmsKeyId", "LogGroupName", "Tags", "DataProtectionPolicy", "FieldIndexPolicies", "LogGroupClass",
		"ResourcePolicyDocument", "DeletionProtectionEnabled", "BearerTokenAuthenticationEnabled",
	},
	createOnly: []string{"LogGroupName"},
	attributes: []string{"Arn"},
	physicalID: func(r request) string { return r.named("LogGroupName", 512) },
	values: func(r request, name string) map[string]any {
		return map[string]any{"Arn": r.arn("logs", r.Region, "log-group:"+name+":*")}
	},
}}

func noValues(request, string) map[string]any { return map[string]any{} }

// path is the IAM path of the resource.
func (r request) path() string {
	if path, ok := r.Properties["Path"].(string); ok {
		return path
	}
	return "/"
}
