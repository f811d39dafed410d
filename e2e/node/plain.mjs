// A plain JavaScript CDK app that declares what stacks/ declares for the golden
// environment "local", written straight down: what a synthesis costs without Go. It reads no
// configuration and checks nothing. The benchmark compares the two; a test makes
// sure that the templates are the same.
//
// synth_test.go runs it: GIVEN names a file of texts, SITE the built site.
import { readFileSync } from 'node:fs';
import * as cdk from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as deployment from 'aws-cdk-lib/aws-s3-deployment';
import * as ssm from 'aws-cdk-lib/aws-ssm';

const given = JSON.parse(readFileSync(process.env.GIVEN, 'utf8')); // texts that are not worth writing twice
const destroy = cdk.RemovalPolicy.DESTROY;
const app = new cdk.App({ analyticsReporting: false });
const stackOf = (name, description) => {
  const stack = new cdk.Stack(app, `gatehouse-local-${name}`, {
    stackName: `gatehouse-local-${name}`, description, tags: { project: 'gatehouse' }, terminationProtection: false,
    env: { account: '000000000000', region: 'us-east-1' },
  });
  cdk.Tags.of(stack).add('project', 'gatehouse');
  return stack;
};
const excuse = (construct, rules) => construct.addMetadata('cdk_nag', { rules_to_suppress: rules });

const auth = stackOf('auth', 'Sign-up and sign-in of gatehouse, environment local');
const pool = new cognito.UserPool(auth, 'UserPool', {
  userPoolName: 'gatehouse-local', selfSignUpEnabled: true, signInAliases: { email: true }, signInCaseSensitive: false,
  autoVerify: { email: true }, keepOriginal: { email: true }, accountRecovery: cognito.AccountRecovery.EMAIL_ONLY,
  email: cognito.UserPoolEmail.withCognito(), mfa: cognito.Mfa.OFF, featurePlan: cognito.FeaturePlan.ESSENTIALS,
  signInPolicy: { allowedFirstAuthFactors: { password: true } },
  passwordPolicy: {
    minLength: 12, requireLowercase: true, requireUppercase: true, requireDigits: true, requireSymbols: true,
    passwordHistorySize: 0, tempPasswordValidity: cdk.Duration.days(1),
  },
  userVerification: { emailStyle: cognito.VerificationEmailStyle.CODE, emailSubject: 'Your code for Gatehouse', emailBody: given.body },
  deletionProtection: false, removalPolicy: destroy,
});
pool.node.defaultChild.schema = [{ name: 'name', attributeDataType: 'String', required: true, mutable: true }];
const standard = {
  address: true, birthdate: true, email: true, familyName: true, fullname: true, gender: true, givenName: true, lastUpdateTime: true,
  locale: true, middleName: true, nickname: true, phoneNumber: true, preferredUsername: true, profilePage: true, profilePicture: true,
  timezone: true, website: true,
};
const client = new cognito.UserPoolClient(auth, 'SiteClient', {
  userPool: pool, userPoolClientName: 'site', generateSecret: false, authFlows: { userSrp: true }, authSessionValidity: cdk.Duration.minutes(3),
  disableOAuth: true, preventUserExistenceErrors: true, enableTokenRevocation: true, enablePropagateAdditionalUserContextData: false,
  supportedIdentityProviders: [cognito.UserPoolClientIdentityProvider.COGNITO],
  accessTokenValidity: cdk.Duration.minutes(60), idTokenValidity: cdk.Duration.minutes(60), refreshTokenValidity: cdk.Duration.minutes(43200),
  readAttributes: new cognito.ClientAttributes().withStandardAttributes({ ...standard, emailVerified: true, phoneNumberVerified: true }),
  writeAttributes: new cognito.ClientAttributes().withStandardAttributes(standard),
});
new cognito.UserPoolGroup(auth, 'Groupadmins', { userPool: pool, groupName: 'admins', description: 'May do everything', precedence: 0 });
new cognito.UserPoolGroup(auth, 'Groupmembers', { userPool: pool, groupName: 'members', description: 'May come in', precedence: 10 });
for (const [name, value, description] of [
  ['UserPoolId', pool.userPoolId, "The user pool's id"],
  ['UserPoolClientId', client.userPoolClientId, "The id of the client that the site's pages use; public"],
]) {
  new cdk.CfnOutput(auth, name, { value, description });
  new ssm.StringParameter(auth, `Parameter${name}`, { parameterName: `/gatehouse/local/${name}`, stringValue: value, description });
}
excuse(pool.node.defaultChild, given.excuses.pool);

const hosting = stackOf('hosting', 'The site of gatehouse, environment local');
hosting.addStackDependency(auth);
const bucketOf = (id, props) => new s3.Bucket(hosting, id, {
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL, encryption: s3.BucketEncryption.S3_MANAGED, enforceSSL: true,
  removalPolicy: destroy, autoDeleteObjects: true, ...props,
});
const week = { abortIncompleteMultipartUploadAfter: cdk.Duration.days(7) };
const logBucket = bucketOf('Logs', {
  objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,
  lifecycleRules: [{ id: 'logs hold addresses of people and go after 90 days', expiration: cdk.Duration.days(90), ...week }],
});
const bucket = bucketOf('Site', {
  objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED, versioned: true, serverAccessLogsBucket: logBucket, serverAccessLogsPrefix: 's3/',
  lifecycleRules: [{ id: 'what was overwritten or deleted goes after a month', noncurrentVersionExpiration: cdk.Duration.days(30), ...week }],
});

const ids = ['UserPoolId', 'UserPoolClientId'].map((name) => ssm.StringParameter.valueForStringParameter(hosting, `/gatehouse/local/${name}`));
const target = s3.Bucket.fromBucketName(hosting, 'SiteUploads', bucket.bucketName);
const uploadLogs = new logs.LogGroup(hosting, 'UploadLogs', { retention: logs.RetentionDays.THREE_MONTHS, removalPolicy: destroy });
const uploads = [];
const upload = (id, prefix, cacheControl, ...sources) => {
  const d = new deployment.BucketDeployment(hosting, id, {
    destinationBucket: target, destinationKeyPrefix: prefix, sources, cacheControl: [cacheControl], prune: false, retainOnDelete: true,
    outputObjectKeys: false, logGroup: uploadLogs,
  });
  if (uploads.length) d.node.tryRemoveChild('AwsCliLayer');
  uploads.push(d);
};
const site = process.env.SITE;
const noCache = deployment.CacheControl.noCache();
const configs = Object.entries(given.configs).map(([name, text]) =>
  deployment.Source.data(name, text.replaceAll(given.placeholders[0], ids[0]).replaceAll(given.placeholders[1], ids[1])));
upload('Pages', `releases/${given.release}`, noCache, deployment.Source.asset(site, { exclude: ['/assets/**'] }), ...configs);
upload('HashedAssets', 'assets', deployment.CacheControl.fromString('public, max-age=31536000, immutable'), deployment.Source.asset(`${site}/assets`));
upload('ErrorPages', 'errors', noCache, deployment.Source.asset(site, { exclude: ['*', '!404.html'] }));

const router = new cloudfront.Function(hosting, 'Router', {
  code: cloudfront.FunctionCode.fromInline(given.router), runtime: cloudfront.FunctionRuntime.JS_2_0, autoPublish: true,
  comment: 'The live release of gatehouse, environment local',
});
for (const d of uploads) router.node.addDependency(d);
const override = true;
const headers = new cloudfront.ResponseHeadersPolicy(hosting, 'Headers', {
  comment: 'Headers of gatehouse, environment local',
  securityHeadersBehavior: {
    contentSecurityPolicy: { contentSecurityPolicy: given.csp, override }, contentTypeOptions: { override },
    frameOptions: { frameOption: cloudfront.HeadersFrameOption.DENY, override },
    referrerPolicy: { referrerPolicy: cloudfront.HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN, override },
  },
  customHeadersBehavior: { customHeaders: given.headers.map(([header, value]) => ({ header, value, override })) },
});
const distribution = new cloudfront.Distribution(hosting, 'Distribution', {
  comment: 'gatehouse, environment local', defaultRootObject: 'index.html', httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
  enableIpv6: true, enableLogging: true, logBucket, logFilePrefix: 'cloudfront/',
  defaultBehavior: {
    origin: origins.S3BucketOrigin.withOriginAccessControl(bucket, { originAccessLevels: [cloudfront.AccessLevel.READ, cloudfront.AccessLevel.LIST] }),
    allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD, viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED, compress: true, responseHeadersPolicy: headers,
    functionAssociations: [{ eventType: cloudfront.FunctionEventType.VIEWER_REQUEST, function: router }],
  },
  errorResponses: [{ httpStatus: 404, responseHttpStatus: 404, responsePagePath: '/errors/404.html', ttl: cdk.Duration.seconds(10) }],
});
cdk.Annotations.of(distribution).acknowledgeWarning('@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk', 'See stacks/hosting.go.');
excuse(distribution.node.defaultChild, given.excuses.distribution);
for (const [name, value, description] of [
  ['SiteUrl', 'http://localhost:8080', 'Where the site is'], ['DistributionId', distribution.distributionId, 'The CloudFront distribution'],
  ['BucketName', bucket.bucketName, 'The bucket of releases'], ['ReleaseId', given.release, 'The release that is live'],
]) {
  new cdk.CfnOutput(hosting, name, { value, description });
}
for (const [path, rules] of Object.entries(given.excuses.paths)) {
  const found = path.split('/').reduce((scope, id) => scope?.node.tryFindChild(id), hosting);
  if (found) excuse(found, rules);
}
app.synth();
