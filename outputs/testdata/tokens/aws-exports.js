/* eslint-disable */
// WARNING: DO NOT EDIT. Gatehouse writes this file again; it keeps only keys of your own.

const awsmobile = {
    "aws_project_region": "${Token[AWS.Region.4]}",
    "aws_cognito_region": "${Token[AWS.Region.4]}",
    "aws_user_pools_id": "${Token[TOKEN.123]}",
    "aws_user_pools_web_client_id": "${Token[<&>.456]}",
    "aws_mandatory_sign_in": "enable",
    "oauth": {},
    "aws_cognito_username_attributes": [
        "EMAIL"
    ],
    "aws_cognito_social_providers": [],
    "aws_cognito_signup_attributes": [
        "EMAIL"
    ],
    "aws_cognito_mfa_configuration": "OFF",
    "aws_cognito_mfa_types": [],
    "aws_cognito_password_protection_settings": {
        "passwordPolicyMinLength": 6,
        "passwordPolicyCharacters": [
            "REQUIRES_NUMBERS"
        ]
    },
    "aws_cognito_verification_mechanisms": [
        "EMAIL"
    ],
    "aws_cognito_sign_up_verification_method": "code"
};


export default awsmobile;
