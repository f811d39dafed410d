window._config = {
    "cognito": {
        "userPoolId": "${Token[TOKEN.123]}",
        "userPoolClientId": "${Token[<&>.456]}",
        "region": "${Token[AWS.Region.4]}"
    },
    "api": {
        "invokeUrl": ""
    }
};
