/* eslint-disable */
// WARNING: DO NOT EDIT. Gatehouse writes this file again; it keeps only keys of your own.

const awsmobile = {
    "aws_project_region": "us-east-1",
    "aws_cognito_region": "us-east-1",
    "aws_user_pools_id": "us-east-1_local0001",
    "aws_user_pools_web_client_id": "3n4b5urk1ft4fl3mg5e62d9ado",
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
        "passwordPolicyMinLength": 15,
        "passwordPolicyCharacters": []
    },
    "aws_cognito_verification_mechanisms": [
        "EMAIL"
    ],
    "aws_cognito_sign_up_verification_method": "link"
};


export default awsmobile;
