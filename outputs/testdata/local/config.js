window._config = {
    "cognito": {
        "userPoolId": "us-east-1_local0001",
        "userPoolClientId": "3n4b5urk1ft4fl3mg5e62d9ado",
        "region": "us-east-1",
        "endpoint": "http://localhost:4566"
    },
    "api": {
        "invokeUrl": ""
    }
};
