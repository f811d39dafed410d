package stacks

// Construct ids. CloudFormation's logical ids come from them, so another id here
// is another resource there, and what the old one held is gone or left behind.
// They are append-only; TestLogicalIDsOfWhatHoldsData pins the results.
const (
	idPool       = "UserPool"
	idClient     = "SiteClient"
	idDomain     = "VerificationDomain"
	idGroup      = "Group" // followed by the group's name
	idParameter  = "Parameter"
	idBucket     = "Site"
	idLogs       = "Logs"
	idHeaders    = "Headers"
	idRouter     = "Router"
	idSite       = "Distribution"
	idPages      = "Pages"
	idAssets     = "HashedAssets"
	idErrorPages = "ErrorPages"
	idUploads    = "SiteUploads"
	idUploadLogs = "UploadLogs"

	idBoundary        = "Boundary"
	idReviewPolicy    = "ReviewPolicy"
	idDeployPolicy    = "DeployPolicy"
	idExecutionPolicy = "ExecutionPolicy"
	idReviewRole      = "ReviewRole"
	idDeployRole      = "DeployRole"
	idGitHub          = "GitHub"
	idGitLab          = "GitLab"
)
