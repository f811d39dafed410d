package cognito

import "gatehouse/local/wire"

// Refusals in Cognito's words. Pages show them and front ends compare them, so
// they are as AWS has them, to the full stop. Where a text could not be verified,
// DIFFERENCES.md says so.
var (
	errIncorrect         = wire.BadRequest("NotAuthorizedException", "Incorrect username or password.")
	errAttemptsExceeded  = wire.BadRequest("NotAuthorizedException", "Password attempts exceeded")
	errNoSuchUser        = wire.BadRequest("UserNotFoundException", "User does not exist.")
	errNoSuchCombination = wire.BadRequest("UserNotFoundException", "Username/client id combination not found.")
	errNotConfirmed      = wire.BadRequest("UserNotConfirmedException", "User is not confirmed.")
	errUsernameExists    = wire.BadRequest("UsernameExistsException", "User already exists")
	errEmailExists       = wire.BadRequest("UsernameExistsException", "An account with the given email already exists.")
	errAliasExists       = wire.BadRequest("AliasExistsException", "An account with the email already exists.")
	errCodeMismatch      = wire.BadRequest("CodeMismatchException", "Invalid verification code provided, please try again.")
	errCodeExpired       = wire.BadRequest("ExpiredCodeException", "Invalid code provided, please request a code again.")
	errLimitExceeded     = wire.BadRequest("LimitExceededException", "Attempt limit exceeded, please try after some time.")
	errAlreadyConfirmed  = wire.BadRequest("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
	errNothingToResend   = wire.BadRequest("InvalidParameterException", "User is already confirmed.")
	errNoAutoVerify      = wire.BadRequest("InvalidParameterException", "Cannot resend codes. Auto verification not turned on.")
	errNoVerifiedEmail   = wire.BadRequest("InvalidParameterException", "Cannot reset password for the user as there is no registered/verified email or phone_number")
	errNoEmail           = wire.BadRequest("InvalidParameterException", "The user has no email attribute.")
	errAdminRecovery     = wire.BadRequest("NotAuthorizedException", "Contact administrator to reset password.")
	errSignUpClosed      = wire.BadRequest("NotAuthorizedException", "SignUp is not permitted for this user pool")
	errUnauthorizedWrite = wire.BadRequest("NotAuthorizedException", "A client attempted to write unauthorized attribute")
	errUsernameNotEmail  = wire.BadRequest("InvalidParameterException", "Username should be an email.")
	errEmailFormat       = wire.BadRequest("InvalidParameterException", "Invalid email address format.")
	errPhoneFormat       = wire.BadRequest("InvalidParameterException", "Invalid phone number format.")
	errNoDomain          = wire.BadRequest("InvalidParameterException", "Cannot perform specific action because there does not exist a valid use pool domain associated with the user pool")
	errPasswordUsed      = wire.BadRequest("PasswordHistoryPolicyViolationException", "Password has previously been used")

	errAccessInvalid  = wire.BadRequest("NotAuthorizedException", "Invalid Access Token")
	errAccessExpired  = wire.BadRequest("NotAuthorizedException", "Access Token has expired")
	errAccessRevoked  = wire.BadRequest("NotAuthorizedException", "Access Token has been revoked")
	errRefreshInvalid = wire.BadRequest("NotAuthorizedException", "Invalid Refresh Token")
	errRefreshExpired = wire.BadRequest("NotAuthorizedException", "Refresh Token has expired")
	errRefreshRevoked = wire.BadRequest("NotAuthorizedException", "Refresh Token has been revoked")
	errRefreshReused  = wire.BadRequest("RefreshTokenReuseException", "Refresh Token has been rotated and cannot be used again")
)

// invalid is an InvalidParameterException.
func invalid(format string, args ...any) error {
	return wire.BadRequest("InvalidParameterException", format, args...)
}
